import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectionName } from '#domain/collections/index.ts';
import { allCollections, TestDevice } from './device.ts';
import { GeneratedSchool } from './generated-school.ts';
import { openWorld, type Person, type World } from './world.ts';

/**
 * I2: whatever happened in whatever order, once a device has caught up it holds what its person can read in SQL under row
 * level security, on-device grants and unarchived rows alone, at the versions of the index. Histories are generated from a
 * seed; one that failed stays here by its number.
 */

const seeds = Array.from({ length: Number(process.env['HISTORIES'] ?? 10) }, (_, seed) => seed + 1);
const steps = 60;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Ids that SQL shows this person, by collection, as far as their devices hold the audience. */
async function readable(person: Person): Promise<Map<CollectionName, string[]>> {
  return world.as(person, async (sql) => {
    const [row] = await sql<Record<CollectionName, string[] | null>[]>`
      with held as (select app.on_device_audiences() as audiences)
      select
        (select array_agg(id) from (
          select id from schools union all select id from clubs union all select id from school_calendar
          union all select id from badges where given_by = 'teacher') d) as school,
        (select array_agg(id) from (
          select id from users where kind in ('teacher', 'admin')
          union all select id from class_students
            where is_current and class_id = any (app.scopes('class_staff.read')) and 'class_staff' = any (held.audiences)
          union all select id from students where id = any (app.scopes('student.read')) and 'student' = any (held.audiences)
          union all select id from parent_students where 'guardianship' = any (held.audiences)) d) as people,
        (select array_agg(id) from classes) as classes,
        (select array_agg(id) from homework_tasks where removed_at is null and audience = any (held.audiences)) as tasks,
        (select array_agg(id) from homework_completions where 'student' = any (held.audiences)) as completions,
        (select array_agg(id) from homework_completions where 'student' = any (held.audiences)) as receipts,
        (select array_agg(id) from completion_reviews where 'student' = any (held.audiences)) as reviews,
        (select array_agg(id) from student_progress where 'student' = any (held.audiences)) as progress,
        (select array_agg(id) from notices where audience = any (held.audiences)) as notices
      from held`;
    return new Map(allCollections.map((name) => [name, (row?.[name] ?? []).toSorted()]));
  });
}

/** What app.digest says the device should hold, as `id:version`. */
async function digest(person: Person, collection: CollectionName): Promise<string[]> {
  const audiences = ['school', 'class', 'class_staff', 'class_device', 'student', 'guardianship', 'student_staff', 'group', 'account'];
  const rows = await world.as(
    person,
    (sql) => sql<{ document_id: string; version: number }[]>`select document_id, version from app.digest(${collection}, ${audiences})`,
  );
  return rows.map(({ document_id: id, version }) => `${id}:${String(version)}`).toSorted();
}

/** Lets a school's history happen while devices pull now and then; throws where a device ends with anything but I2. */
async function liveThrough(seed: number): Promise<void> {
  const school = await GeneratedSchool.open(world, seed);
  const devices = school.people.map((person, index) => ({
    person,
    device: new TestDevice(world, person, 1 + school.random(6), index % 2 === 0),
  }));

  for (let step = 0; step < steps; step++) {
    await school.step();
    const lucky = devices[school.random(devices.length * 2)];
    // Sometimes only the next page of one collection: what comes after meets a device in the middle of its pages.
    if (lucky && school.random(2) === 0) await lucky.device.pull();
    else if (lucky) await lucky.device.pullPage(allCollections[school.random(allCollections.length)] ?? 'completions');
  }

  for (const { person, device } of devices) {
    await device.pull();
    const expected = await readable(person);
    for (const collection of allCollections) {
      const about = `seed ${String(seed)}, ${person.kind} ${person.id}, ${collection}\n${school.log.join('\n')}`;
      expect([...device.held(collection).keys()].toSorted(), about).toEqual(expected.get(collection));
      const held = [...device.held(collection)].map(([id, version]) => `${id}:${String(version)}`).toSorted();
      expect(held, about).toEqual(await digest(person, collection));
    }
  }
}

test.each(seeds)('I2: history %i', liveThrough);

/** Each takes one thought of S6 and S10 out of a function: a history that did not notice would prove nothing. */
const mutants: readonly (readonly [thought: string, original: string, broken: string, name: string])[] = [
  ['a grant shows a bucket from its opening on', 'greatest(entry.version, grants.from_version)', 'entry.version', 'changes'],
  [
    'what was there when a grant closed is forgotten, even if it changed since',
    'entry.created_version <= ended.to_version',
    'entry.version <= ended.to_version',
    'changes',
  ],
  ['a grant that closed takes its documents along', 'grants.to_version >= forward_version', 'false', 'changes'],
  [
    'pages go on by version and id',
    '(greatest(entry.version, grants.from_version), entry.document_id) > (forward_version, forward_id)',
    'greatest(entry.version, grants.from_version) > forward_version',
    'changes',
  ],
  ['what is deleted is a tombstone', 'entry.is_deleted or entry.is_archived as is_deleted', 'false as is_deleted', 'changes'],
  ['what is deleted is a tombstone the short way too', 'recent.is_deleted or recent.is_archived', 'false', 'recent_changes'],
  ['the short way shows what the person may see', 'grants.scope_id = recent.scope_id', 'true', 'recent_changes'],
];

test.each(mutants)('without “%s” a history goes wrong', async (_, original, broken, name) => {
  const [definition] = await world.sql<{ body: string }[]>`
    select pg_get_functiondef(oid) as body from pg_proc where pronamespace = 'app'::regnamespace and proname = ${name}`;
  const body = definition?.body ?? '';
  expect(body).toContain(original);
  await world.sql.unsafe(body.replaceAll(original, broken));
  try {
    await expect(manyHistories()).rejects.toThrow();
  } finally {
    await world.sql.unsafe(body);
  }
});

async function manyHistories(): Promise<void> {
  for (let seed = 101; seed < 121; seed++) await liveThrough(seed);
}
