import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedAccess, type Access } from './access-oracle.ts';
import { GeneratedAccess } from './generated-access.ts';
import { openWorld, type World } from './world.ts';

/**
 * S5: access_grants are exactly what follows from roles, relations, groups, consents, devices, states and dates, after every change and
 * every day that passes. Histories are generated from a seed; one that failed stays here by its number.
 */

const seeds = Array.from({ length: Number(process.env['HISTORIES'] ?? 12) }, (_, seed) => seed + 1);
const steps = 40;

let world: World;
const figures = { histories: 0, changes: 0, days: 0, grants: 0, kept: 0 };
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  console.log(
    `access: ${String(figures.histories)} histories, ${String(figures.changes)} changes, ${String(figures.days)} days passed, ` +
      `${String(figures.grants)} grants compared, ${String(figures.kept)} kept though a source was lost`,
  );
  await world.close();
});

interface Grant {
  readonly id: string;
  readonly key: string;
  readonly onDevice: boolean;
  readonly until: number | null;
  readonly sources: string[];
  readonly isExpired: boolean;
}

async function openGrants(schoolId: string): Promise<Grant[]> {
  return world.sql<Grant[]>`
    select id, concat_ws(' ', user_id, audience, scope_id) as key, on_device as "onDevice",
      floor(extract(epoch from expires_at) * 1000)::float8 as until, user_role_ids::text[] as sources,
      coalesce(expires_at <= now(), false) as "isExpired"
    from access_grants where school_id = ${schoolId} and to_version is null`;
}

/** `user permission scope` of every write that the settings of app.enter give. */
async function givenWrites(schoolId: string): Promise<string[]> {
  const rows = await world.sql<{ key: string }[]>`
    select concat_ws(' ', person.id, permission.name, scope) as key
    from users person
    cross join lateral app.compute_reach(person.school_id, person.id) reach
    join permissions permission on reach.name = 'app.scopes.' || permission.name and permission.kind = 'write'
    cross join unnest(reach.setting::uuid[]) as scope
    where person.school_id = ${schoolId}`;
  return rows.map(({ key }) => key).toSorted();
}

function comparable(grants: readonly Grant[]): string[] {
  return grants
    .map(
      ({ key, onDevice, until, sources }) =>
        `${key} ${onDevice ? 'device' : 'online'} ${String(until ?? Infinity)} ${sources.toSorted().join()}`,
    )
    .toSorted();
}

async function expectExact(school: GeneratedAccess, seed: number): Promise<{ grants: Grant[]; access: Access }> {
  const access = await expectedAccess(world.sql, school.schoolId);
  const grants = await openGrants(school.schoolId);
  const about = `seed ${String(seed)}\n${school.log.join('\n')}`;
  const wanted = [...access.grants].map(
    ([key, { onDevice, until, sources }]) => `${key} ${onDevice ? 'device' : 'online'} ${String(until)} ${sources.join()}`,
  );
  expect(comparable(grants), about).toEqual(wanted.toSorted());
  expect(await givenWrites(school.schoolId), about).toEqual([...access.writes].toSorted());
  figures.grants += grants.length;
  return { grants, access };
}

async function liveThrough(seed: number): Promise<void> {
  const school = await GeneratedAccess.open(world, seed);
  let before = await expectExact(school, seed);
  for (let step = 0; step < steps; step++) {
    if (school.random(6) === 0) {
      await school.passDay();
      figures.days++;
      // What a date ends is cut at once, before any job has looked.
      const { grants: due } = await expectedAccess(world.sql, school.schoolId);
      const stale = (await openGrants(school.schoolId)).filter(({ key, isExpired }) => !isExpired && !due.has(key));
      expect(
        stale.map(({ key }) => key),
        `seed ${String(seed)}\n${school.log.join('\n')}`,
      ).toEqual([]);
      await world.asWorker(school.schoolId, (sql) => sql`select app.turn_dates(${school.schoolId})`);
      before = await expectExact(school, seed);
      continue;
    }

    await school.step();
    figures.changes++;
    const after = await expectExact(school, seed);
    // Whoever has two sources keeps the very grant when one of them goes: nothing of it is forgotten and sent again.
    const grantsByKey = new Map(after.grants.map((grant) => [grant.key, grant]));
    for (const { id, key, onDevice } of before.grants) {
      const was = before.access.grants.get(key);
      const is = after.access.grants.get(key);
      if (!was || is?.onDevice !== onDevice) continue;
      expect(grantsByKey.get(key)?.id, `${key}, seed ${String(seed)}\n${school.log.join('\n')}`).toBe(id);
      if (was.sources.some((source) => !is.sources.includes(source))) figures.kept++;
    }
    before = after;
  }
  figures.histories++;
}

test.each(seeds)('S5: history %i', liveThrough);

/** Each is what one change is followed by: histories that did not notice would prove nothing. */
const followers = [
  ['users', 'queue_grants'],
  ['user_roles', 'queue_grants'],
  ['role_permissions', 'queue_grants'],
  ['classes', 'queue_grants_again'],
  ['class_students', 'queue_grants'],
  ['teacher_classes', 'queue_grants'],
  ['parent_students', 'queue_grants'],
  ['buddy_group_students', 'queue_grants'],
  ['buddy_group_students', 'queue_grants_again'],
  ['student_consents', 'grants_added'],
  ['devices', 'queue_grants'],
  ['schools', 'queue_grants_again'],
] as const;

test.each(followers)(
  'without what follows a change of %s a history goes wrong',
  async (table, trigger) => {
    const { sql } = world;
    await sql`alter table ${sql(table)} disable trigger ${sql(trigger)}`;
    try {
      await expect(
        (async () => {
          for (let seed = 101; seed < 141; seed++) await liveThrough(seed);
        })(),
      ).rejects.toThrow();
    } finally {
      await sql`alter table ${sql(table)} enable trigger ${sql(trigger)}`;
    }
  },
  180_000,
);

test('the histories have lost sources and kept what had another', () => {
  expect(figures.kept).toBeGreaterThan(0);
  expect(figures.days).toBeGreaterThan(0);
});
