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

test('what is sent along with a session that is refused leaves nothing, whatever of it would have gone through', async () => {
  const before = await world.sql`select count(*)::int as count from homework_completions`;
  await expect(
    withUserAtOnce(database, 'a'.repeat(64), 'write', (sql) => world.addCompletion(student, clubId, sql as never)),
  ).rejects.toThrow(SessionEnded);
  await expect(
    withUserAtOnce(database, student.session, 'write', async (sql) => {
      const added = world.addCompletion(student, clubId, sql as never);
      // Nobody asks what becomes of it, and still it is heard of.
      void sql`select 1 / 0`.execute();
      await added;
    }),
  ).rejects.toThrow('division by zero');
  expect(await world.sql`select count(*)::int as count from homework_completions`).toEqual(before);
});

test('what a savepoint takes back fails nothing else', async () => {
  const name = await withUser(database, student.session, 'write', async (sql) => {
    await expect(sql.savepoint((inside) => inside`select 1 / 0`)).rejects.toThrow('division by zero');
    const [row] = await sql<{ one: number }[]>`select 1 as one`;
    return row?.one;
  });
  expect(name).toBe(1);
});

test('of more transactions than connections each has its turn, and an end waits for those under way', async () => {
  const few = openPool(roleUrl(world.adminUrl, 'authenticated_user', world.secret), 2);
  const backends = await Promise.all(
    Array.from({ length: 7 }, () =>
      withUser(few, student.session, 'snapshot', async (sql) => {
        const [row] = await sql<
          { pid: number; user: string }[]
        >`select pg_backend_pid() as pid, app.current_user_id() as user, pg_sleep(0.01)`;
        return row;
      }),
    ),
  );
  expect(backends.map((row) => row?.user)).toEqual(Array.from(backends, () => student.id));
  expect(new Set(backends.map((row) => row?.pid)).size).toBe(2);

  const late = withUser(few, student.session, 'write', async (sql) => {
    await sleep(100);
    return sql`select 1 as one`;
  });
  await sleep(20);
  await few.end({ timeout: 2 });
  await expect(late).resolves.toMatchObject([{ one: 1 }]);
  await expect(withUser(few, student.session, 'snapshot', (sql) => sql`select 1`)).rejects.toThrow('have been closed');
});

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
