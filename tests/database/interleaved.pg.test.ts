import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFor } from '#db/seed/random.ts';
import { roleUrl } from '#db/roles.ts';
import { must } from '#domain/must.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import type { Lane } from '#server/database/lanes.ts';
import { requestKinds, type Outcome } from './interleaved/requests.ts';
import { peopleSchool, type School } from './isolation/scene.ts';
import { openWorld, type World } from './world.ts';

/** Requests of two schools share the connections of one pool, and fail in the middle in every way that they can. */

const requests = 4_000;
const connections = 16;
/** More than there are connections: some always wait. */
const atOnce = 24;
const seed = process.env['SEED'] ?? 'two schools, one pool';

let world: World;
let schools: readonly [School, School];
let database: Database;

beforeAll(async () => {
  world = await openWorld();
  schools = [await peopleSchool(world), await peopleSchool(world)];
  database = openPool(roleUrl(world.adminUrl, 'authenticated_user', world.secret), connections);
});
afterAll(async () => {
  await database.end({ timeout: 2 });
  await world.close();
});

test(
  '4,000 interleaved requests of two schools see no row of the other, and leave nothing on a connection',
  { timeout: 300_000 },
  async () => {
    const outcomes: (Outcome & { readonly school: School; readonly kind: string })[] = [];
    const random = randomFor('interleaved', seed);
    const kinds = Object.entries(requestKinds).map(([kind, [weight]]) => [kind, weight] as const);
    let left = requests;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const [own, other] = random.chance(0.5) ? schools : ([schools[1], schools[0]] as const);
          const kind = random.weighted(kinds);
          const [, run] = must(requestKinds[kind], 'a kind that was picked is known');
          const outcome = await run({ database, own, other, random });
          outcomes.push({ ...outcome, school: own, kind });
          if (random.chance(0.1)) expect(await leftovers(database), `after a request that ${kind}`).toEqual([]);
        }
      }),
    );
    console.log(`${String(outcomes.length)} requests, seed '${seed}'`);

    expect(outcomes.length).toBe(requests);
    expect(outcomes.flatMap(({ kind, breaches }) => breaches.map((breach) => `${kind}: ${breach}`))).toEqual([]);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(Object.keys(requestKinds)));

    // What was written is there, in its own school, and what failed is nowhere.
    for (const school of schools) {
      const written = outcomes.filter((outcome) => outcome.school === school).flatMap((outcome) => outcome.written);
      const rows = await world.sql<
        { id: string }[]
      >`select id from homework_completions where school_id = ${school.id} and id <> ${school.completionId}`;
      expect(rows.map(({ id }) => id).sort()).toEqual(written.sort());
    }
  },
);

test('afterwards every connection of the pool and of its transactions is there, idle, and knows of nobody', async () => {
  const held = await Promise.all(Array.from({ length: connections }, () => database.reserve()));
  const lanes = await Promise.all(Array.from({ length: connections }, () => database.lanes.take()));
  try {
    for (const connection of [...held, ...lanes.map(({ sql }) => sql)]) expect(await leftovers(connection)).toEqual([]);
  } finally {
    for (const connection of held) connection.release();
    for (const lane of lanes) database.lanes.giveBack(lane);
  }
  const sessions = await world.sql<{ state: string }[]>`
    select state from pg_stat_activity where datname = current_database() and usename = 'authenticated_user'`;
  // As many again for statements outside of transactions.
  expect(sessions.length).toBeLessThanOrEqual(2 * connections);
  expect(sessions.filter(({ state }) => state !== 'idle')).toEqual([]);
  const locks = await world.sql`
    select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
  expect(locks.length).toBe(0);
});

/** What a connection still knows outside a transaction: settings, a role, a time limit, rows. */
async function leftovers(connection: Lane['sql']): Promise<string[]> {
  const settings = await connection<{ name: string; value: string }[]>`
    select name, current_setting(name, true) as value
    from (
      select unnest(array['app.school_id', 'app.user_id', 'app.user_kind', 'app.people_known', 'app.current_tenant']) as name
      union all select 'app.scopes.' || permission from unnest(${permissions}::text[]) as permission
      union all select 'app.reach.' || permission || '.x' || to_hex(digit)
      from unnest(${permissions}::text[]) as permission cross join generate_series(0, 15) as digit
    ) settings
    where coalesce(current_setting(name, true), '') <> ''`;
  const [state] = await connection<{ role: string; timeout: string; rows: number }[]>`
    select current_user as role, current_setting('statement_timeout') as timeout, (select count(id)::int from users) as rows`;
  return [
    ...settings.map(({ name, value }) => `${name} is ${value}`),
    ...(state?.role === 'authenticated_user' ? [] : [`acts as ${String(state?.role)}`]),
    ...(state?.timeout === '15s' ? [] : [`statements may take ${String(state?.timeout)}`]),
    ...(state?.rows === 0 ? [] : [`sees ${String(state?.rows)} people`]),
  ];
}

const permissions = ['school.read', 'class.read', 'student.read', 'account.read', 'completion.create', 'completion.update', 'people'];
