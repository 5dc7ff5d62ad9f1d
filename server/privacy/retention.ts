import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { recordRemoval } from '../audit/record-removal.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Database, Transaction } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Batch, Due } from './removal.ts';
import { removals } from './removals.ts';
import { dueBefore, retentionDefaults, retentionEntities, type RetentionEntity } from './retention-defaults.ts';

export interface RetentionOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'encrypt'>;
  readonly clock?: () => Date;
  /** Deletes a child's key, so that what backups hold is unreadable. May be called again for the same child. */
  readonly eraseSubject?: (schoolId: string, studentId: string) => Promise<void>;
  /** Called after each batch that changed what devices hold. */
  readonly committed?: (schoolId: string) => void;
}

export interface Preview extends Due {
  readonly entityType: RetentionEntity;
  /** Records from before this day are due. */
  readonly before: IsoDate;
}

export type Removed = Partial<Record<RetentionEntity, number>>;

export interface Retention {
  /** What `apply` would remove now, by kind. Changes nothing. */
  preview(schoolId: string): Promise<Preview[]>;
  /** Removes what is due, batch by batch; a run that was cut off is gone on with. Returns what the whole run removed. */
  apply(schoolId: string, signal?: AbortSignal): Promise<Removed>;
}

const shellNames: Readonly<Record<string, string>> = { parent: 'Former guardian', teacher: 'Former member of staff' };

/** Retention of one school at a time, as background_worker, by the school's policies and the defaults where it has none. */
export function createRetention({ database, keyring, clock = () => new Date(), ...options }: RetentionOptions): Retention {
  const { eraseSubject, committed } = options;

  async function removeBatch(schoolId: string, runId: string, entityType: RetentionEntity): Promise<Batch> {
    const batch = await inTransaction(database, 'read committed', async (sql) => {
      await enter(sql, schoolId);
      const now = clock();
      const { removed, isDone } = await removals[entityType].remove(sql, {
        schoolId,
        now,
        // Looked up anew for each batch: a hold or a policy acts at once.
        before: (await dueDays(sql, schoolId, now))[entityType],
        shellName: (userId, kind) =>
          keyring.encrypt(
            { schoolId, subjectId: schoolId },
            { table: 'users', column: 'name_encrypted', row: userId },
            shellNames[kind] ?? 'Former user',
          ),
        eraseSubject: async (studentId) => eraseSubject?.(schoolId, studentId),
      });
      if (removed > 0) {
        await sql`
          update retention_runs
          set removed = removed || jsonb_build_object(${entityType}::text, coalesce((removed ->> ${entityType})::integer, 0) + ${removed}::integer)
          where school_id = ${schoolId} and id = ${runId}`;
        await recordRemoval(sql, { runId, entityType, removed });
      }
      return { removed, isDone };
    });
    if (batch.removed > 0) committed?.(schoolId);
    return batch;
  }

  return {
    async preview(schoolId) {
      return inTransaction(database, 'snapshot', async (sql) => {
        await sql`select app.enter_worker(${schoolId})`;
        const days = await dueDays(sql, schoolId, clock());
        const previews: Preview[] = [];
        for (const entityType of retentionEntities) {
          const before = days[entityType];
          previews.push({ entityType, before, ...(await removals[entityType].due(sql, { schoolId, before })) });
        }
        return previews;
      });
    },
    async apply(schoolId, signal) {
      const runId = await beginRun(database, schoolId);
      for (const entityType of retentionEntities) {
        let isDone = false;
        while (!isDone) {
          signal?.throwIfAborted();
          ({ isDone } = await removeBatch(schoolId, runId, entityType));
        }
      }
      return finishRun(database, schoolId, runId, clock());
    },
  };
}

/** One retention job a school: another process that works in the same school waits here. */
async function enter(sql: Transaction, schoolId: string): Promise<void> {
  await Promise.all([sql`select app.enter_worker(${schoolId})`, sql`select pg_advisory_xact_lock(hashtextextended(${schoolId}, 7014))`]);
}

/** Goes on with a run that was cut off, or begins one. */
async function beginRun(database: Database, schoolId: string): Promise<string> {
  return inTransaction(database, 'read committed', async (sql) => {
    await enter(sql, schoolId);
    await sql`select app.mark_clock()`;
    const [open] = await sql<{ id: string }[]>`
      select id from retention_runs where school_id = ${schoolId} and finished_at is null order by created_at desc limit 1`;
    if (open) return open.id;
    const [begun] = await sql<{ id: string }[]>`insert into retention_runs (school_id) values (${schoolId}) returning id`;
    return must(begun, 'an insert returns its row').id;
  });
}

async function finishRun(database: Database, schoolId: string, runId: string, now: Date): Promise<Removed> {
  return inTransaction(database, 'read committed', async (sql) => {
    await enter(sql, schoolId);
    for (const [entityType, before] of Object.entries(await dueDays(sql, schoolId, now))) {
      await sql`
        update data_retention_policies set deletion_date = ${before} where school_id = ${schoolId} and entity_type = ${entityType}`;
    }
    const [run] = await sql<{ removed: Removed }[]>`
      update retention_runs set finished_at = now() where school_id = ${schoolId} and id = ${runId} returning removed`;
    return must(run, 'a run is never deleted').removed;
  });
}

/** By kind, the day before which records are due: by the school's own periods, which are never longer than the defaults. */
async function dueDays(sql: Transaction, schoolId: string, now: Date): Promise<Record<RetentionEntity, IsoDate>> {
  const [school] = await sql<{ timeZone: string }[]>`select time_zone as "timeZone" from schools where school_id = ${schoolId}`;
  const own = await sql<{ entityType: string; period: number }[]>`
    select entity_type as "entityType", period from data_retention_policies where school_id = ${schoolId} and is_active`;
  const today = dateInZone(now, must(school, 'a school whose records are removed is there').timeZone);
  const periods = new Map(own.map(({ entityType, period }) => [entityType, period]));
  const dayOf = (entity: RetentionEntity): IsoDate =>
    dueBefore(entity, Math.min(periods.get(entity) ?? Infinity, retentionDefaults[entity].period), today);
  return {
    evidence: dayOf('evidence'),
    completions: dayOf('completions'),
    tasks: dayOf('tasks'),
    earlier_years: dayOf('earlier_years'),
    notices: dayOf('notices'),
    cheers: dayOf('cheers'),
    refused_pushes: dayOf('refused_pushes'),
    sessions: dayOf('sessions'),
    delivery_tokens: dayOf('delivery_tokens'),
    deliveries: dayOf('deliveries'),
    commands: dayOf('commands'),
    child_requests: dayOf('child_requests'),
    invitations: dayOf('invitations'),
    profiles: dayOf('profiles'),
    consents: dayOf('consents'),
    requests: dayOf('requests'),
    audit: dayOf('audit'),
    tombstones: dayOf('tombstones'),
  };
}
