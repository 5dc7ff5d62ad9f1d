import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consentedPurposes, type ConsentDecision } from '#domain/consents/effective.ts';
import { consentPurposes, purposes } from '#domain/consents/purposes.ts';
import { denied } from './refusals.ts';
import { openWorld, type Person, type Sql, type Transaction, type World } from './world.ts';

/** What guardians said stays said, the latest of each counts, and nobody says it for them. */

let world: World;
let schoolId: string;
let child: Person;
let mother: Person;
let father: Person;
let stranger: Person;
let teacher: Person;
let admin: Person;

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  const classId = await world.addClass(schoolId);
  child = await world.addPerson(schoolId, 'student');
  mother = await world.addPerson(schoolId, 'parent');
  father = await world.addPerson(schoolId, 'parent');
  stranger = await world.addPerson(schoolId, 'parent');
  teacher = await world.addPerson(schoolId, 'teacher');
  admin = await world.addPerson(schoolId, 'admin');
  const otherChild = await world.addPerson(schoolId, 'student');
  await world.joinClass(child, classId);
  await world.teach(teacher, classId);
  await world.addGuardianship(mother, child);
  await world.addGuardianship(father, child);
  await world.addGuardianship(stranger, otherChild);
});
afterAll(() => world.close());

function say(sql: Sql | Transaction, guardian: Person, decision: 'given' | 'withdrawn', more: Record<string, unknown> = {}) {
  const row = {
    school_id: schoolId,
    id: randomUUID(),
    student_id: child.id,
    guardian_id: guardian.id,
    purpose: 'photo',
    notice_version: 1,
    decision,
    ...more,
  };
  return sql`insert into student_consents ${sql(row)}`;
}

async function consentsSeenBy(person: Person): Promise<string[] | null> {
  return world.as(person, async (sql) => {
    const [row] = await sql<{ consents: string[] }[]>`select app.consents(id) as consents from students where id = ${child.id}`;
    return row?.consents ?? null;
  });
}

test('the purposes in the database are the ones in the code', async () => {
  const rows = await world.sql`
    select distinct on (purpose) purpose as name, lawful_basis as "lawfulBasis", version as "noticeVersion", sentence
    from consent_notices order by purpose, version desc`;
  expect([...rows]).toEqual(purposes.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
});

test('a guardian gives and takes back, and both act with the commit', async () => {
  expect(await consentsSeenBy(child)).toEqual([]);
  await world.as(mother, (sql) => say(sql, mother, 'given'));
  expect(await consentsSeenBy(child)).toEqual(['photo']);
  expect(await consentsSeenBy(teacher)).toEqual(['photo']);
  await world.as(mother, (sql) => say(sql, mother, 'withdrawn'));
  expect(await consentsSeenBy(child)).toEqual([]);
});

test('two guardians who disagree mean no', async () => {
  await world.as(mother, (sql) => say(sql, mother, 'given'));
  await world.as(father, (sql) => say(sql, father, 'withdrawn'));
  await world.as(mother, (sql) => say(sql, mother, 'given'));
  expect(await consentsSeenBy(mother)).toEqual([]);
  await world.as(father, (sql) => say(sql, father, 'given'));
  expect(await consentsSeenBy(mother)).toEqual(['photo']);
});

test('the child’s document says what stands: each decision stamps it, and so does who is a guardian', async () => {
  const version = async (): Promise<number> => {
    const [row] = await world.sql<{ version: number }[]>`
      select version from sync_index where school_id = ${schoolId} and collection = 'people' and document_id = ${child.id}`;
    return row?.version ?? 0;
  };
  const before = await version();
  await world.as(mother, (sql) => say(sql, mother, 'withdrawn'));
  const after = await version();
  expect(after).toBeGreaterThan(before);
  await world.sql`update parent_students set has_parental_responsibility = false where school_id = ${schoolId} and parent_id = ${mother.id}`;
  expect(await version()).toBeGreaterThan(after);
  // Whose word does not count any more: the father's yes stands alone.
  expect(await consentsSeenBy(father)).toEqual(['photo']);
  await world.sql`update parent_students set has_parental_responsibility = true where school_id = ${schoolId} and parent_id = ${mother.id}`;
});

test('nobody but a guardian with parental responsibility decides, and none for another', async () => {
  for (const person of [child, teacher, admin, stranger])
    await expect(world.as(person, (sql) => say(sql, person, 'given'))).rejects.toMatchObject(denied);
  await expect(world.as(mother, (sql) => say(sql, father, 'given'))).rejects.toMatchObject(denied);
  await world.sql`update parent_students set has_parental_responsibility = false where school_id = ${schoolId} and parent_id = ${father.id}`;
  await expect(world.as(father, (sql) => say(sql, father, 'given'))).rejects.toMatchObject(denied);
  await world.sql`update parent_students set has_parental_responsibility = true where school_id = ${schoolId} and parent_id = ${father.id}`;
});

test('a decision is about a notice that there is, at the server’s time', async () => {
  for (const more of [{ purpose: 'profiling' }, { notice_version: 99 }, { purpose: 'homework' }])
    await expect(world.as(mother, (sql) => say(sql, mother, 'given', more))).rejects.toMatchObject({ code: '23503' });
  await expect(world.as(mother, (sql) => say(sql, mother, 'given', { decided_at: '2020-01-01' }))).rejects.toMatchObject(denied);
});

test('what was said cannot be changed or removed', async () => {
  await expect(world.as(mother, (sql) => sql`update student_consents set decision = 'given'`)).rejects.toMatchObject(denied);
  await expect(world.as(mother, (sql) => sql`delete from student_consents`)).rejects.toMatchObject(denied);
});

test('who said what is seen by oneself and by staff, not by the child or the other guardian', async () => {
  const guardiansSeenBy = (person: Person) =>
    world.as(person, async (sql) => {
      const rows = await sql<{ id: string }[]>`select distinct guardian_id as id from student_consents order by 1`;
      return rows.map(({ id }) => id);
    });
  expect(await guardiansSeenBy(mother)).toEqual([mother.id]);
  expect(await guardiansSeenBy(child)).toEqual([]);
  expect(await guardiansSeenBy(stranger)).toEqual([]);
  expect(await guardiansSeenBy(teacher)).toEqual([mother.id, father.id].toSorted());
});

test('of a child out of reach nothing is learnt', async () => {
  const asked = await world.as(stranger, (sql) => sql`select app.has_consent(${child.id}, 'photo') as consent`);
  expect(asked).toEqual([{ consent: false }]);
  const otherSchool = await world.addSchool();
  expect(await world.asWorker(otherSchool, (sql) => sql`select app.has_consent(${child.id}, 'photo') as consent`)).toEqual([
    { consent: false },
  ]);
});

test('the rule in SQL is the rule in the code, over generated histories', async () => {
  const guardians = [mother.id, father.id];
  const decision: fc.Arbitrary<ConsentDecision> = fc.record({
    guardianId: fc.constantFrom(mother.id, father.id, stranger.id),
    purpose: fc.constantFrom(...consentPurposes),
    decision: fc.constantFrom('given', 'withdrawn'),
    decidedAt: fc.integer({ min: 10, max: 25 }).map((minute) => `2026-11-24T08:${String(minute)}:00.000Z`),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(decision, { maxLength: 15 }), fc.subarray(guardians), async (history, responsible) => {
      const rolledBack = new Error('rolled back');
      const seen = { consents: [] as string[] };
      const trial = world.sql.begin(async (sql) => {
        await sql`delete from student_consents where school_id = ${schoolId}`;
        await sql`
          update parent_students set has_parental_responsibility = parent_id = any (${responsible}::uuid[])
          where school_id = ${schoolId} and student_id = ${child.id}`;
        for (const { guardianId, purpose, decision: said, decidedAt } of history)
          await say(sql, { ...mother, id: guardianId }, said, { purpose, decided_at: decidedAt });
        const [row] = await sql<{ consents: string[] }[]>`
          select array_agg(purpose) filter (where app.has_consent(${schoolId}, ${child.id}, purpose)) as consents from consent_notices`;
        seen.consents = row?.consents ?? [];
        throw rolledBack;
      });
      await expect(trial).rejects.toBe(rolledBack);
      expect(seen.consents.toSorted()).toEqual(consentedPurposes(history, responsible).toSorted());
    }),
    { numRuns: 200 },
  );
});
