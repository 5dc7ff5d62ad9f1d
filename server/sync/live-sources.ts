import { must } from '#domain/must.ts';
import type { Connections } from '../database/connections.ts';
import { withUser } from '../database/enter.ts';
import type { HubSources } from './hub.ts';

/** The channel on which processes tell one another that a school's clock moved. */
export const clockChannel = 'studystreaks_clock';

/** What the hub asks of the database. */
export function createHubSources({ authenticatedUser, backgroundWorker, signIn }: Connections): HubSources {
  return {
    async touchedSince(schoolId, version) {
      // One statement, one snapshot: the version that is reported covers exactly the rows that were found.
      const rows = await backgroundWorker<{ version: number; audience: string | null; scope_id: string | null; user_id: string | null }[]>`
        select clock.version, touched.audience, touched.scope_id, touched.user_id
        from app.clocks() as clock
        left join lateral app.touched_since(clock.school_id, ${version}) as touched on true
        where clock.school_id = ${schoolId}`;
      return {
        version: rows[0]?.version ?? version,
        buckets: rows.flatMap(({ audience, scope_id: scopeId }) =>
          audience !== null && scopeId !== null ? bucketKey(audience, scopeId) : [],
        ),
        users: rows.flatMap(({ user_id: userId }) => userId ?? []),
      };
    },
    async clocks() {
      const rows = await backgroundWorker<{ school_id: string; version: number }[]>`select school_id, version from app.clocks()`;
      return new Map(rows.map((row) => [row.school_id, row.version]));
    },
    async liveSessions(sessionIds) {
      const rows = await signIn<{ id: string }[]>`
        select asked.id
        from unnest(${sessionIds}::text[]) as asked(id)
        where exists (select from app.find_session(asked.id))`;
      return new Set(rows.map(({ id }) => id));
    },
    readBuckets: (sessionId) =>
      withUser(authenticatedUser, sessionId, 'snapshot', async (sql, { head }) => {
        const [rights] = await sql<{ access: Readonly<Record<string, readonly string[]>>; audiences: string[] }[]>`
          select app.access() as access, app.on_device_audiences() as audiences`;
        const { access, audiences } = must(rights, 'one row of rights');
        const buckets = audiences.flatMap((audience) => (access[`${audience}.read`] ?? []).map((scopeId) => bucketKey(audience, scopeId)));
        return { buckets: new Set(buckets), version: head.version };
      }),
    async announce(schoolId) {
      await backgroundWorker.notify(clockChannel, schoolId);
    },
  };
}

function bucketKey(audience: string, scopeId: string): string {
  return `${audience}:${scopeId}`;
}
