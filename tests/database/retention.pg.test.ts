import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { addDays, mondayOf, weekday } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { openPool, type Database, type Transaction } from '#server/database/connections.ts';
import { createDeriver } from '#server/derive/deriver.ts';
import { createRetention, type RetentionOptions } from '#server/privacy/retention.ts';
import { retentionDefaults } from '#server/privacy/retention-defaults.ts';
import { openWorld, type Person, type World } from './world.ts';

/** What is kept for how long: shown first, removed in pieces, held where it must be, and no child's run suffers from it. */

const now = new Date('2026-11-24T09:00:00Z');
const dayOf = (offset: number): string => addDays('2026-11-24', offset);

let world: World;
let worker: Database;
let schoolId: string;
let clubId: string;
let child: Person;
let mother: Person;
let teacher: Person;

beforeAll(async () => {
  world = await openWorld();
  worker = openPool(roleUrl(world.adminUrl, 'background_worker', world.secret), 3);
});
afterAll(async () => {
  await worker.end();
  await world.close();
});

beforeEach(async () => {
  schoolId = await world.addSchool();
  clubId = await world.addClub(schoolId);
  child = await world.addPerson(schoolId, 'student');
  mother = await world.addPerson(schoolId, 'parent');
  teacher = await world.addPerson(schoolId, 'teacher');
  await world.sql`update students set started_on = '2024-09-02' where school_id = ${schoolId}`;
  const classId = await world.addClass(schoolId);
  await world.joinClass(child, classId);
  await world.teach(teacher, classId);
  await world.addGuardianship(mother, child);
});

function retention(options: Partial<RetentionOptions> = {}) {
  return createRetention({
    database: worker,
    keyring: { encrypt: () => Promise.resolve(randomBytes(8)) },
    clock: () => now,
    ...options,
  });
}

/** The worker's pool, whose transactions do `step` last before they commit. */
function cutOffBefore(step: () => void): Database {
  return new Proxy(worker, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown;
      return (mode: string, work: (sql: Transaction) => Promise<unknown>) =>
        target.begin(mode, async (sql) => {
          const result = await work(sql);
          step();
          return result;
        });
    },
  });
}

/** By kind, what the audit log says was removed. */
async function auditedSums(): Promise<Record<string, number>> {
  const rows = await world.sql<{ kind: string; removed: number }[]>`
    select new_values ->> 'kind' as kind, sum((new_values ->> 'removed')::integer)::integer as removed
    from audit_log where school_id = ${schoolId} and action = 'DELETE' and entity_type = 'retention' group by 1`;
  return Object.fromEntries(rows.map(({ kind, removed }) => [kind, removed]));
}

async function due(entityType: string): Promise<number> {
  const previews = await retention().preview(schoolId);
  return must(
    previews.find((one) => one.entityType === entityType),
    `${entityType} is previewed`,
  ).count;
}

/** Homework of three school years: diligent, with two weeks missed now and then; every fifth piece came back and was tried again. */
async function logYears(student: Person): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  const reviews: Record<string, unknown>[] = [];
  const own = { school_id: schoolId, student_id: student.id };
  for (let day = '2024-09-02'; day < '2026-11-24'; day = addDays(day, 1)) {
    const week = Math.round((Date.parse(mondayOf(day)) - Date.parse('2024-09-02')) / 604_800_000);
    if (weekday(day) > 4 || week % 23 === 7 || week % 23 === 8) continue;
    const id = randomUUID();
    const last = rows.at(-1);
    const isAnswer = rows.length % 5 === 4;
    rows.push({
      ...own,
      id,
      club_id: clubId,
      completion_date: day,
      evidence_kind: 'written',
      activity: rows.length % 3 === 0 ? 'reading' : null,
      captured_at: `${day}T16:00:00Z`,
      previous_attempt_id: isAnswer ? last?.['id'] : null,
    });
    reviews.push({
      ...own,
      id: randomUUID(),
      completion_id: id,
      reviewer_id: teacher.id,
      verdict: rows.length % 5 === 4 ? 'returned' : 'approved',
      captured_at: `${day}T18:00:00Z`,
    });
  }
  await world.sql.begin(async (sql) => {
    await sql`insert into homework_completions ${sql(rows)}`;
    await sql`insert into completion_reviews ${sql(reviews)}`;
  });
  await derive();
}

async function derive(): Promise<void> {
  const deriver = createDeriver({ database: worker, clock: () => now });
  await deriver.drain(schoolId);
  await deriver.stop();
}

interface Kept {
  readonly currentRun: number;
  readonly longestRun: number;
  readonly clubs: unknown;
  readonly points: number;
  readonly level: number;
  readonly clubLevels: unknown;
  readonly badges: Readonly<Record<string, string>>;
  readonly opening: { monday: string } | null;
}

async function progressOf(student: Person) {
  const [row] = await world.sql<Kept[]>`
    select current_run as "currentRun", longest_run as "longestRun", clubs, points, level, club_levels as "clubLevels", badges, opening
    from student_progress
    where school_id = ${schoolId} and student_id = ${student.id}`;
  return must(row, 'a child who logged homework has progress');
}

/** Teacher's Spark and a badge of the school's own, given long ago. */
async function giveBadges(student: Person): Promise<void> {
  const own = {
    school_id: schoolId,
    id: randomUUID(),
    name: 'Kind Helper',
    sentence: 'You helped.',
    picture: 'heart',
    given_by: 'teacher',
  };
  await world.sql`insert into badges ${world.sql(own)}`;
  await world.sql`
    insert into student_badges (school_id, id, student_id, badge_id, given_by, teacher_id, awarded_on)
    select school_id, gen_random_uuid(), ${student.id}, id, given_by, ${teacher.id}, '2024-10-01'
    from badges where school_id = ${schoolId} and given_by = 'teacher'`;
}

async function givenTo(student: Person) {
  return world.sql`select id, badge_id, teacher_id, awarded_on from student_badges where student_id = ${student.id} order by id`;
}

async function countOf(table: string): Promise<number> {
  const [row] = await world.sql<{ count: number }[]>`
    select count(*)::integer as count from ${world.sql(table)} where school_id = ${schoolId}`;
  return must(row, 'a count is a row').count;
}

async function hold(subject: Person): Promise<void> {
  await world.sql`
    insert into legal_holds (school_id, id, subject_id, reason_encrypted, placed_by, from_on)
    values (${schoolId}, ${randomUUID()}, ${subject.id}, ${randomBytes(8)}, ${teacher.id}, '2026-01-01')`;
}

/** The time that the database itself counts holds by. */
async function endHolds(): Promise<void> {
  await world.sql`update legal_holds set until_on = '2026-01-02' where school_id = ${schoolId}`;
}

describe('policies', () => {
  test('the defaults in the database are the ones in the code', async () => {
    const rows = await world.sql<{ name: string }[]>`
      select entity_type as name, basis, period, unit, sentence from retention_defaults`;
    expect(Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest]))).toEqual(retentionDefaults);
  });

  test('a school may keep for less, never for longer', async () => {
    const set = (period: number) =>
      world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'notices', ${period})`;
    await expect(set(91)).rejects.toMatchObject({ code: '23514' });
    await set(30);
    const longer = world.sql`update data_retention_policies set period = 1000 where school_id = ${schoolId}`;
    await expect(longer).rejects.toMatchObject({ code: '23514' });
    const [policy] = await world.sql`select basis, unit from data_retention_policies where school_id = ${schoolId}`;
    expect(policy).toEqual({ basis: 'created', unit: 'days' });
  });

  test('only the data protection lead sets them, places holds, and sees what was removed', async () => {
    const lead = await world.addPerson(schoolId, 'teacher', 'data_protection_lead');
    const policy = { school_id: schoolId, id: randomUUID(), entity_type: 'notices', period: 10 };
    const held = { school_id: schoolId, id: randomUUID(), subject_id: child.id, reason_encrypted: randomBytes(8) };
    for (const person of [teacher, mother, child]) {
      await expect(world.as(person, (sql) => sql`insert into data_retention_policies ${sql(policy)}`)).rejects.toMatchObject({
        code: '42501',
      });
      await expect(world.as(person, (sql) => sql`insert into legal_holds ${sql({ ...held, placed_by: person.id })}`)).rejects.toMatchObject(
        { code: '42501' },
      );
      expect(await world.as(person, (sql) => sql`select id from legal_holds`)).toHaveLength(0);
    }
    await world.as(lead, (sql) => sql`insert into data_retention_policies ${sql(policy)}`);
    await world.as(lead, (sql) => sql`insert into legal_holds ${sql({ ...held, placed_by: lead.id })}`);
    await retention().apply(schoolId);
    expect(await world.as(lead, (sql) => sql`select id from retention_runs`)).toHaveLength(1);
    expect(await world.as(mother, (sql) => sql`select id from retention_runs`)).toHaveLength(0);
  });
});

describe('homework of past years', () => {
  test('goes, and the run, the figures of each club, points, levels and badges stay as they were', async () => {
    await logYears(child);
    await giveBadges(child);
    const given = await givenTo(child);
    expect(given).toHaveLength(2);
    const before = await progressOf(child);
    expect(before.longestRun).toBeGreaterThan(20);
    expect(before.points).toBeGreaterThan(1000);
    expect(Object.keys(before.badges)).toEqual(expect.arrayContaining(['first_step', 'run_25', 'try_again_5', 'century', 'bookworm']));
    const [old] = await world.sql<{ count: number }[]>`
      select count(*)::integer as count from homework_completions where school_id = ${schoolId} and completion_date < '2025-09-01'`;
    const removed = await retention().apply(schoolId);
    expect(removed.completions).toBeGreaterThan(100);
    expect(removed.completions).toBeGreaterThanOrEqual(must(old, 'a count is a row').count - 1);
    const [left] = await world.sql<{ oldest: Date }[]>`
      select min(completion_date)::text as oldest from homework_completions where school_id = ${schoolId}`;
    expect(String(must(left, 'a minimum is a row').oldest) >= '2025-08-28').toBe(true);
    const after = await progressOf(child);
    expect({ ...after, opening: null }).toEqual({ ...before, opening: null });
    // The year before this one is archived too: everything before September is folded.
    expect(after.opening?.monday).toBe('2026-08-31');

    await world.sql`insert into derivations_due (school_id, student_id) values (${schoolId}, ${child.id})`;
    await derive();
    expect(await progressOf(child)).toEqual(after);
    // What a teacher gave follows from nothing that has gone.
    expect(await givenTo(child)).toEqual(given);
  });

  test('of the year before, devices forget and the database keeps (S2)', async () => {
    await logYears(child);
    await retention().apply(schoolId);
    const rows = await world.sql<{ isArchived: boolean; oldest: string; newest: string }[]>`
      select entry.is_archived as "isArchived", min(completion_date)::text as oldest, max(completion_date)::text as newest
      from homework_completions completion
      join sync_index entry on entry.school_id = completion.school_id and entry.collection = 'completions' and entry.document_id = completion.id
      where completion.school_id = ${schoolId} group by 1 order by 1`;
    expect(rows.map(({ isArchived }) => isArchived)).toEqual([false, true]);
    expect(must(rows[0], 'this year is there').oldest >= '2026-08-31').toBe(true);
    expect(must(rows[1], 'the last year is there').newest < '2026-08-31').toBe(true);
  });

  test('a held child’s stays whole, and goes when the hold ends', async () => {
    await logYears(child);
    await hold(child);
    const before = await countOf('homework_completions');
    await retention().apply(schoolId);
    expect(await countOf('homework_completions')).toBe(before);
    await endHolds();
    await retention().apply(schoolId);
    expect(await countOf('homework_completions')).toBeLessThan(before);
  });
});

describe('a run', () => {
  test('shows first what it will remove, and changes nothing by showing', async () => {
    await logYears(child);
    const rows = await countOf('homework_completions');
    const promised = await retention().preview(schoolId);
    expect(await countOf('homework_completions')).toBe(rows);
    expect(await countOf('retention_runs')).toBe(0);
    const removed = await retention().apply(schoolId);
    for (const { entityType, count } of promised)
      if (entityType !== 'earlier_years') expect(removed[entityType] ?? 0, entityType).toBe(count);
    expect((await retention().preview(schoolId)).map(({ count }) => count)).toEqual(promised.map(() => 0));
  });

  test('writes down what each batch removed, in its run and in the audit log', async () => {
    await logYears(child);
    const removed = await retention().apply(schoolId);
    const [run] =
      await world.sql`select id, removed, finished_at is not null as "isFinished" from retention_runs where school_id = ${schoolId}`;
    expect(run).toMatchObject({ removed, isFinished: true });
    expect(await auditedSums()).toEqual(removed);
    const entries = await world.sql`
      select distinct entity_id as id, user_id as "userId", acted_as as "actedAs" from audit_log
      where school_id = ${schoolId} and entity_type = 'retention'`;
    expect([...entries]).toEqual([{ id: run?.['id'] as string, userId: null, actedAs: 'background_worker' }]);
  });

  test('that is killed at any point is gone on with, and comes to the same', async () => {
    const children = [child, await world.addPerson(schoolId, 'student')];
    for (const one of children) await logYears(one);
    await world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      select ${schoolId}, gen_random_uuid(), 'account', ${mother.id}, 'rejection', 'not_allowed', 'No', '2026-01-01' from generate_series(1, 600)`;
    const before = await Promise.all(children.map(progressOf));
    let kills = 0;
    // Each try gets one step further: cut off before the commit of a batch, then right after it.
    for (let allowed = 0; ; allowed++) {
      let steps = 0;
      const step = (): void => {
        if (steps++ >= allowed) throw new Error('killed');
      };
      try {
        await retention({ database: cutOffBefore(step), committed: step }).apply(schoolId);
        break;
      } catch {
        kills++;
      }
    }
    expect(kills).toBeGreaterThan(2);
    expect(
      (await Promise.all(children.map(progressOf))).map(({ currentRun, longestRun, clubs }) => [currentRun, longestRun, clubs]),
    ).toEqual(before.map(({ currentRun, longestRun, clubs }) => [currentRun, longestRun, clubs]));
    expect(await countOf('notices')).toBe(0);
    expect(await countOf('retention_runs')).toBe(1);
    expect((await retention().preview(schoolId)).every(({ count }) => count === 0)).toBe(true);
  }, 180_000);

  test('of two processes at once removes each thing once', async () => {
    await logYears(child);
    const promised = await due('completions');
    await Promise.all([retention().apply(schoolId), retention().apply(schoolId)]);
    expect((await auditedSums())['completions']).toBe(promised);
  });

  test('touches no other school', async () => {
    await logYears(child);
    const other = await world.addSchool();
    await retention().apply(other);
    expect(await due('completions')).toBeGreaterThan(0);
  });
});

describe('short-lived records', () => {
  test('go after their time, and those of a held person stay', async () => {
    const addNotice = (user: Person, day: string) => world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      values (${schoolId}, ${randomUUID()}, 'account', ${user.id}, 'rejection', 'not_allowed', 'No', ${day})`;
    const addRefused = (user: Person, day: string) => world.sql`
      insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted, created_at)
      values (${schoolId}, ${randomUUID()}, ${user.id}, 'completions', ${randomUUID()}, 'not_allowed', ${randomBytes(8)}, ${day})`;
    for (const user of [mother, teacher]) {
      for (const day of [dayOf(-91), dayOf(-90)]) await addNotice(user, day);
      for (const day of [dayOf(-31), dayOf(-30)]) await addRefused(user, day);
      await world.sql`select app.create_session(${schoolId}, ${randomBytes(32).toString('hex')}, ${user.id}, null, ${dayOf(-8)}, ${dayOf(-8)})`;
    }
    await hold(teacher);
    expect(await retention().apply(schoolId)).toMatchObject({ notices: 1, refused_pushes: 1, sessions: 1 });
    await endHolds();
    expect(await retention().apply(schoolId)).toMatchObject({ notices: 1, refused_pushes: 1, sessions: 1 });
  });

  test('cheers go after 90 days, and from the buddies’ devices; those of a held child stay', async () => {
    const [place] = await world.sql<{ classId: string }[]>`
      select class_id as "classId" from class_students where school_id = ${schoolId}`;
    const { classId } = must(place, 'the child is in a class');
    const buddies = [child, await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
    for (const buddy of buddies.slice(1)) await world.joinClass(buddy, classId);
    const groupId = randomUUID();
    await world.sql.begin(async (sql) => {
      await sql`insert into buddy_groups (school_id, id, class_id, name) values (${schoolId}, ${groupId}, ${classId}, 'Otters')`;
      for (const { id } of buddies)
        await sql`
          insert into buddy_group_students (school_id, id, group_id, class_id, student_id, joined_at)
          values (${schoolId}, ${randomUUID()}, ${groupId}, ${classId}, ${id}, now())`;
    });
    const addCheer = async (buddy: Person | undefined, day: string): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into buddy_cheers (school_id, id, group_id, student_id, phrase, captured_at, created_at)
        values (${schoolId}, ${id}, ${groupId}, ${must(buddy, 'there are three').id}, 1, ${day}, ${day})`;
      return id;
    };
    const [, other, held] = buddies;
    const due = await addCheer(other, dayOf(-91));
    const kept = [await addCheer(other, dayOf(-90)), await addCheer(held, dayOf(-91))];
    await hold(must(held, 'there are three'));
    expect(await retention().apply(schoolId)).toEqual({ cheers: 1 });
    const left = await world.sql<{ id: string }[]>`select id from buddy_cheers where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    expect(await world.sql`select is_deleted from sync_index where collection = 'cheers' and document_id = ${due}`).toEqual([
      { is_deleted: true },
    ]);
  });

  test('of commands only settled ones go, 400 days after they were', async () => {
    const addCommand = async (user: Person, settledOn: string | null): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into commands (school_id, id, user_id, kind, payload_encrypted, captured_at, created_at, state, settled_at)
        values (${schoolId}, ${id}, ${user.id}, 'place_on_level', ${settledOn === null ? randomBytes(8) : null}, '2024-01-01', '2024-01-01',
          ${settledOn === null ? 'received' : 'applied'}, ${settledOn})`;
      return id;
    };
    const held = await world.addPerson(schoolId, 'teacher');
    await hold(held);
    const due = await addCommand(teacher, dayOf(-401));
    const kept = [await addCommand(teacher, dayOf(-400)), await addCommand(teacher, null), await addCommand(held, dayOf(-401))];
    expect(await retention().apply(schoolId)).toEqual({ commands: 1 });
    const left = await world.sql<{ id: string }[]>`select id from commands where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    // Its author's devices are told.
    expect(await world.sql`select is_deleted from sync_index where collection = 'commands' and document_id = ${due}`).toEqual([
      { is_deleted: true },
    ]);
    await endHolds();
    expect(await retention().apply(schoolId)).toEqual({ commands: 1 });
  });

  test('of letters to parents only those go that were used or ended a year ago, with all that finds their codes', async () => {
    const held = await world.addPerson(schoolId, 'student');
    await hold(held);
    const add = async (student: Person, made: string, over: { used?: string; revoked?: string } = {}): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into invitations (school_id, id, student_id, code_hash, created_at, expires_at, used_by, used_at, revoked_at)
        values (${schoolId}, ${id}, ${student.id}, ${randomBytes(32)}, ${made}, ${made}::date + 30, ${over.used === undefined ? null : mother.id},
          ${over.used ?? null}, ${over.revoked ?? null})`;
      return id;
    };
    const due = [
      await add(child, '2025-11-01', { used: '2025-11-23' }),
      await add(child, '2025-11-01', { revoked: '2025-11-23' }),
      await add(child, '2025-10-01'),
    ];
    const kept = [
      await add(child, '2025-11-01', { used: '2025-11-24' }),
      await add(child, '2025-10-30'),
      await add(child, dayOf(-1)),
      await add(held, '2025-10-01'),
    ];
    const lookups = () => world.sql`select from sign_in_lookup where school_id = ${schoolId} and kind = 'invitation'`;
    expect(await lookups()).toHaveLength(due.length + kept.length);
    expect(await retention().apply(schoolId)).toEqual({ invitations: due.length });
    const left = await world.sql<{ id: string }[]>`select id from invitations where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    expect(await lookups()).toHaveLength(kept.length);
    await endHolds();
    expect(await retention().apply(schoolId)).toEqual({ invitations: 1 });
  });

  test('the audit log goes after a year, day by day, and nothing that came after an entry about a held person', async () => {
    await world.seal(schoolId);
    // The days of a week more than a year ago; the child's own entry on the third.
    for (const table of ['audit_log', 'audit_seals'])
      await world.sql`
        update ${world.sql(table)} entry set timestamp = ${dayOf(-372)}::timestamptz + interval '1 day' * (numbered.position % 6)
        from (select id, position from audit_seals where school_id = ${schoolId}) numbered
        where entry.school_id = ${schoolId} and entry.id = numbered.id`;
    await world.sql`
      update audit_log set timestamp = ${dayOf(-370)} where school_id = ${schoolId} and subject_id = ${child.id} and timestamp < ${dayOf(-370)}`;
    await world.sql`
      update audit_seals seal set timestamp = log.timestamp from audit_log log
      where seal.school_id = ${schoolId} and log.school_id = ${schoolId} and log.id = seal.id`;
    const old = async (): Promise<Date[]> => {
      const rows = await world.sql<{ at: Date }[]>`
        select timestamp as at from audit_log where school_id = ${schoolId} and timestamp < ${dayOf(-366)} order by 1`;
      return rows.map(({ at }) => at);
    };
    const promised = (await old()).length;
    expect(await due('audit')).toBe(promised);
    await hold(child);
    await retention().apply(schoolId);
    const kept = await old();
    expect(kept.length).toBeLessThan(promised);
    expect(kept[0]?.toISOString().slice(0, 10)).toBe(dayOf(-370));
    await endHolds();
    expect((await retention().apply(schoolId)).audit).toBe(kept.length);
    expect(await old()).toEqual([]);
  });

  test('a school that keeps less has less; an inactive policy is as none', async () => {
    await world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      values (${schoolId}, ${randomUUID()}, 'account', ${mother.id}, 'rejection', 'not_allowed', 'No', ${dayOf(-20)})`;
    expect(await due('notices')).toBe(0);
    await world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'notices', 10)`;
    expect(await due('notices')).toBe(1);
    await world.sql`update data_retention_policies set is_active = false where school_id = ${schoolId}`;
    expect(await due('notices')).toBe(0);
    await world.sql`update data_retention_policies set is_active = true where school_id = ${schoolId}`;
    expect(await retention().apply(schoolId)).toEqual({ notices: 1 });
    const [policy] = await world.sql`select deletion_date::text from data_retention_policies where school_id = ${schoolId}`;
    expect(policy).toEqual({ deletion_date: dayOf(-10) });
  });
});

describe('accounts', () => {
  const leave = (day: string) => world.sql`update students set left_on = ${day} where school_id = ${schoolId} and id = ${child.id}`;

  test('of a child and its guardian go 30 days after the child left, the key first; consents stay a year', async () => {
    await world.sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      values (${schoolId}, ${randomUUID()}, ${child.id}, ${mother.id}, 'photo', 1, 'given')`;
    await world.sql`update users set created_at = '2025-01-01' where school_id = ${schoolId}`;
    await world.addCompletion(child, clubId);
    await leave(dayOf(-30));
    expect(await retention().apply(schoolId)).not.toHaveProperty('profiles');
    await leave(dayOf(-31));
    const erased: string[] = [];
    const removed = await retention({
      eraseSubject: async (_, studentId) => {
        expect(await world.sql`select from users where school_id = ${schoolId} and id = ${studentId}`).toHaveLength(1);
        erased.push(studentId);
      },
    }).apply(schoolId);
    expect(removed.profiles).toBe(2);
    expect(erased).toEqual([child.id]);
    for (const table of ['students', 'parents', 'parent_students', 'homework_completions']) expect(await countOf(table), table).toBe(0);
    expect(await world.sql`select left_on::text from student_consents where school_id = ${schoolId}`).toEqual([{ left_on: dayOf(-31) }]);
    await world.sql`update student_consents set left_on = '2025-11-23' where school_id = ${schoolId}`;
    expect(await retention().apply(schoolId)).toEqual({ consents: 1 });
  });

  test('of a held child stay, and with them the guardian’s', async () => {
    await world.sql`update users set created_at = '2025-01-01' where school_id = ${schoolId}`;
    await leave('2025-01-01');
    await hold(child);
    await retention().apply(schoolId);
    expect(await countOf('students')).toBe(1);
    const erase = world.asWorker(schoolId, (sql) => sql`select app.erase_account(${child.id}, '\\x00')`);
    await expect(erase).rejects.toMatchObject({ code: '55000' });
  });

  test('of staff whose marks stay are emptied, not removed', async () => {
    const completionId = await world.addCompletion(child, clubId);
    await world.addReview(teacher, child, completionId);
    await world.sql`update users set status = 'left', email_encrypted = '\\x01', email_index = '\\x02' where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(await due('profiles')).toBe(0);
    await world.sql`update users set left_on = ${dayOf(-31)} where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(await retention().apply(schoolId)).toMatchObject({ profiles: 1 });
    const [shell] = await world.sql`
      select status, email_encrypted, email_index, erased_on is not null as "isErased" from users where school_id = ${schoolId} and id = ${teacher.id}`;
    expect(shell).toEqual({ status: 'left', email_encrypted: null, email_index: null, isErased: true });
    for (const table of ['teacher_classes', 'credentials'])
      expect(
        await world.sql`select from ${world.sql(table)} where school_id = ${schoolId} and ${world.sql(table === 'credentials' ? 'user_id' : 'teacher_id')} = ${teacher.id}`,
      ).toHaveLength(0);
    expect(await due('profiles')).toBe(0);
  });
});

describe('tombstones', () => {
  test('and closed grants go after 400 days, and the floor is raised with them (S2)', async () => {
    const gone = await world.addCompletion(child, clubId);
    await world.sql`delete from homework_completions where school_id = ${schoolId} and id = ${gone}`;
    await world.sql`delete from teacher_classes where school_id = ${schoolId} and teacher_id = ${teacher.id}`;
    const version = await world.versionOf(schoolId);
    await world.sql`insert into clock_marks (school_id, marked_on, version) values (${schoolId}, ${dayOf(-401)}, ${version})`;
    const later = await world.addCompletion(child, clubId);
    await world.sql`delete from homework_completions where school_id = ${schoolId} and id = ${later}`;

    const reach = () => world.sql`select names, settings from access_reach where school_id = ${schoolId} order by user_id`;
    const reachBefore = await reach();
    expect(await due('tombstones')).toBeGreaterThan(2);
    await retention().apply(schoolId);
    const left = await world.sql<{ document_id: string }[]>`
      select distinct document_id from sync_index where school_id = ${schoolId} and is_deleted`;
    expect(left.map((row) => row.document_id)).toEqual([later]);
    expect(await world.sql`select from access_grants where school_id = ${schoolId} and to_version is not null`).toHaveLength(0);
    expect(await world.sql`select floor_version as floor from school_clock where school_id = ${schoolId}`).toEqual([{ floor: version }]);
    expect(await reach()).toEqual(reachBefore);
  });

  test('are not pruned before their time, however short a school wants it', async () => {
    const set = world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'tombstones', 1)`;
    await expect(set).rejects.toMatchObject({ code: '23514' });
  });
});
