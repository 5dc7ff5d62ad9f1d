import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { openPool, type Database, type Transaction } from '#server/database/connections.ts';
import { SessionEnded, withUser, withUserAtOnce } from '#server/database/enter.ts';
import { openWorld, type Person, type World } from './world.ts';

/** A connection that goes in the middle of a transaction takes that request with it, and not the process. */

let world: World;
let student: Person;
let clubId: string;
let database: Database;

beforeAll(async () => {
  world = await openWorld();
  const schoolId = await world.addSchool();
  student = await world.addPerson(schoolId, 'student');
  clubId = await world.addClub(schoolId);
  database = openPool(roleUrl(world.adminUrl, 'authenticated_user', world.secret), 1);
});
afterAll(async () => {
  await database.end({ timeout: 2 });
  await world.close();
});

const faults: Record<string, (sql: Transaction) => Promise<unknown>> = {
  'is ended by the administrator': async (sql) => {
    await sql`select pg_terminate_backend(pg_backend_pid())`;
  },
  'is ended for sitting idle in its transaction': async (sql) => {
    await sql`set local idle_in_transaction_session_timeout = '20ms'`;
    await sleep(200);
    await sql`select 1`;
  },
  'is ended while a part of the work is under way': async (sql) => {
    await sql.savepoint(async (inside) => {
      await inside`select pg_terminate_backend(pg_backend_pid())`;
    });
  },
};

test.each(Object.entries(faults))(
  'a connection that %s leaves nothing of its request, and the next ones are served',
  async (_how, fault) => {
    const request = withUser(database, student.session, 'write', async (sql) => {
      await world.addCompletion(student, clubId, sql as never);
      await fault(sql);
    });
    await expect(request).rejects.toThrow();

    const next = () =>
      withUser(database, student.session, 'snapshot', (sql) => sql`select id from homework_completions`).then(
        (rows) => rows.length,
        () => 'not yet',
      );
    await expect.poll(next, { timeout: 10_000 }).toBe(0);
  },
);

test('a session that has ended is refused as such to work that does not ask who it is for, and the process lives', async () => {
  const heard: unknown[] = [];
  const listen = (reason: unknown) => void heard.push(reason);
  process.on('unhandledRejection', listen);
  const never = 'a'.repeat(64);
  await expect(
    withUserAtOnce(database, never, 'write', (sql) => sql`select id from homework_completions where school_id = app.current_school_id()`),
  ).rejects.toThrow(SessionEnded);
  await expect(withUserAtOnce(database, never, 'write', () => Promise.resolve('nothing asked'))).rejects.toThrow(SessionEnded);
  await sleep(20);
  process.off('unhandledRejection', listen);
  expect(heard).toEqual([]);
});
