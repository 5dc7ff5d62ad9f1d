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
      // The clock is read first: what commits between the two statements is then found again, never lost.
      const clock = await clockOf(schoolId);
      const rows = await backgroundWorker<{ audience: string | null; scope_id: string | null; user_id: string | null }[]>`
        select audience, scope_id, user_id from app.touched_since(${schoolId}, ${version})`;
      return {
        version: clock,
        buckets: rows.flatMap(({ audience, scope_id: scopeId }) => (audience !== null && scopeId !== null ? bucketKey(audience, scopeId) : [])),
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
      withUser(authenticatedUser, sessionId, 'snapshot', async (sql) => {
        const [[head], [rights]] = await Promise.all([
          sql<{ version: number }[]>`select version from app.head()`,
          sql<{ access: Readonly<Record<string, readonly string[]>>; audiences: string[] }[]>`
            select app.access() as access, app.on_device_audiences() as audiences`,
        ]);
        const { access, audiences } = must(rights, 'one row of rights');
        const buckets = audiences.flatMap((audience) => (access[`${audience}.read`] ?? []).map((scopeId) => bucketKey(audience, scopeId)));
        return { buckets: new Set(buckets), version: must(head, 'a school has a clock').version };
      }),
    async announce(schoolId) {
      await backgroundWorker.notify(clockChannel, schoolId);
    },
  };

  async function clockOf(schoolId: string): Promise<number> {
    const [row] = await backgroundWorker<{ version: number }[]>`select version from app.clocks() where school_id = ${schoolId}`;
    return row?.version ?? 0;
  }
}

function bucketKey(audience: string, scopeId: string): string {
  return `${audience}:${scopeId}`;
}
