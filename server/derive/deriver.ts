import { setTimeout as pause } from 'node:timers/promises';
import { addDays, dateInZone, mondayOf } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from '../database/connections.ts';
import { inTransaction } from '../database/transaction.ts';
import { deriveBoards, readBoardState } from './boards.ts';
import { loadChildren, writeChanges } from './child-records.ts';
import { deriveChild } from './child-state.ts';
import { fillJars } from './jars.ts';

export interface DeriverOptions {
  /** The pool of background_worker. */
  readonly database: Database;
  readonly clock?: () => Date;
  /** Called after a commit that changed something, so that devices can be told. */
  readonly derived?: (schoolId: string) => void;
  /** Called with what went wrong in the background; the work stays due, and is tried again. */
  readonly failed?: (error: unknown) => void;
}

/** Keeps the status of every attempt and the progress of every child in step with what they follow from. */
export interface Deriver {
  /** Something of this school was committed: derive soon. Kicks while it is at it come to one more round. */
  kick(schoolId: string): void;
  /** Derives everything that is due in this school, and resolves when it is written. */
  drain(schoolId: string): Promise<void>;
  /** From now on also finds what an earlier process left, and closes weeks as they end. */
  start(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What follows from a write waits this long: whoever is poked by the write itself pulls first, and a burst is derived
 * once. Too short to be felt. While writes keep coming it rests four times as long as it worked, within the same bounds.
 */
const patienceMs = { least: 30, most: 250 };
const studentsAtATime = 150;
const leftoversEveryMs = 5_000;
const weeksEveryMs = 600_000;

/**
 * Derives after commit, as background_worker. Triggers put a child into `derivations_due` in the very transaction that
 * makes it due; the deriver takes the row in the transaction that writes the result. So a crash at any point leaves the
 * child due, and several processes may derive at once: a school is held by one of them at a time.
 */
export function createDeriver({ database, clock = () => new Date(), derived, failed }: DeriverOptions): Deriver {
  const runs = new Map<string, { promise: Promise<void>; isKickedAgain: boolean }>();
  const timers: NodeJS.Timeout[] = [];
  const sweeps = new Set<Promise<void>>();

  const drain = async (schoolId: string): Promise<void> => {
    for (;;) {
      const batch = await deriveBatch(database, schoolId, clock(), takeDue);
      if (batch.isChanged) derived?.(schoolId);
      // Of a batch that is not full nothing was left, unless it made more due; what has become due since comes with its own kick.
      if (batch.count < studentsAtATime && !batch.isMoreDue) return;
    }
  };

  const closeWeeks = async (schoolId: string): Promise<void> => {
    const seen = new Set<string>();
    for (;;) {
      const batch = await deriveBatch(database, schoolId, clock(), (sql, school, now) => withOpenWeeks(sql, school, now, seen));
      if (batch.isChanged) derived?.(schoolId);
      if (batch.count === 0) return;
    }
  };

  const kick = (schoolId: string, afterMs: number = patienceMs.least): void => {
    const run = runs.get(schoolId);
    if (run) {
      run.isKickedAgain = true;
      return;
    }
    const started = { promise: Promise.resolve(), isKickedAgain: false };
    runs.set(schoolId, started);
    let began = 0;
    started.promise = pause(afterMs)
      .then(() => {
        // Whatever was committed by now is seen.
        started.isKickedAgain = false;
        began = performance.now();
        return drain(schoolId);
      })
      .catch((error: unknown) => failed?.(error))
      .finally(() => {
        runs.delete(schoolId);
        const rest = Math.max(patienceMs.least, 4 * (performance.now() - began));
        if (started.isKickedAgain) kick(schoolId, Math.min(patienceMs.most, rest));
      });
  };

  /** Runs one sweep over schools, and never two of a kind at once. */
  const every = (milliseconds: number, sweep: () => Promise<void>): void => {
    let isRunning = false;
    const run = (): void => {
      if (isRunning) return;
      isRunning = true;
      const running = sweep()
        .catch((error: unknown) => failed?.(error))
        .finally(() => {
          isRunning = false;
          sweeps.delete(running);
        });
      sweeps.add(running);
    };
    run();
    timers.push(setInterval(run, milliseconds).unref());
  };

  const idle = async (): Promise<void> => {
    while (runs.size > 0 || sweeps.size > 0) await Promise.all([...[...runs.values()].map((run) => run.promise), ...sweeps]);
  };

  return {
    kick(schoolId) {
      kick(schoolId);
    },
    drain,
    idle,
    start() {
      every(leftoversEveryMs, async () => {
        const rows = await database<{ schoolId: string }[]>`select due as "schoolId" from app.schools_to_derive() as due`;
        for (const { schoolId } of rows) kick(schoolId);
      });
      every(weeksEveryMs, async () => {
        const rows = await database<{ schoolId: string }[]>`select school_id as "schoolId" from app.clocks()`;
        for (const { schoolId } of rows) await closeWeeks(schoolId);
      });
    },
    async stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      await idle();
    },
  };
}

type Take = (sql: Transaction, schoolId: string, now: Date) => Promise<string[]>;

interface Batch {
  readonly count: number;
  readonly isChanged: boolean;
  /** What was written made others due: boards have changed, or a jar was filled. */
  readonly isMoreDue: boolean;
}

async function deriveBatch(database: Database, schoolId: string, now: Date, take: Take): Promise<Batch> {
  return inTransaction(database, 'read committed', async (sql) => {
    const held = Promise.all([
      sql`select app.enter_worker(${schoolId})`,
      // One deriver a school: of two that read a child at different moments, the later writer may hold the older picture.
      sql`select pg_advisory_xact_lock(hashtextextended(${schoolId}, 7013))`,
    ]);
    // Sent together, run one after the other: what is due is looked at with the lock in hand.
    const [, studentIds] = await Promise.all([held, take(sql, schoolId, now)]);
    if (studentIds.length === 0) return { count: 0, isChanged: false, isMoreDue: false };
    // Read after what is due was taken: whatever made a child due was committed before, so it is seen here.
    const [children, school] = await Promise.all([loadChildren(sql, schoolId, studentIds, now), readBoardState(sql, schoolId)]);
    const changes = new Map([...children].map(([id, facts]) => [id, deriveChild(facts)]));
    const isChanged = await writeChanges(sql, schoolId, changes);
    const jars = await fillJars(sql, schoolId, children, changes);
    // What a class shows follows from what its children have done.
    const isShownAnew = await deriveBoards(sql, schoolId, school, studentIds, now);
    return { count: studentIds.length, isChanged: isChanged || jars.isChanged || isShownAnew, isMoreDue: isShownAnew || jars.isFilled };
  });
}

/** Two plain statements by index: a queue that was just filled has no statistics that a cleverer one could be planned by. */
async function takeDue(sql: Transaction, schoolId: string): Promise<string[]> {
  const rows = await sql<{ studentId: string }[]>`
    select student_id as "studentId" from derivations_due
    where school_id = ${schoolId} group by student_id order by student_id limit ${studentsAtATime}`;
  const studentIds = rows.map((row) => row.studentId);
  if (studentIds.length > 0)
    await sql`delete from derivations_due where school_id = ${schoolId} and student_id = any (${studentIds}::uuid[])`;
  return studentIds;
}

/** Children whose last week has ended since they were derived: it is judged by the target and calendar that hold now. */
async function withOpenWeeks(sql: Transaction, schoolId: string, now: Date, seen: Set<string>): Promise<string[]> {
  const [school] = await sql<{ timeZone: string }[]>`select time_zone as "timeZone" from schools where school_id = ${schoolId}`;
  const lastMonday = addDays(mondayOf(dateInZone(now, must(school, 'a school with a clock is there').timeZone)), -7);
  const rows = await sql<{ studentId: string }[]>`
    select student_id as "studentId" from student_progress
    where school_id = ${schoolId} and coalesce(weeks -> -1 ->> 'monday', '') < ${lastMonday} and student_id <> all (${[...seen]}::uuid[])
    limit ${studentsAtATime}`;
  for (const { studentId } of rows) seen.add(studentId);
  return rows.map((row) => row.studentId);
}
