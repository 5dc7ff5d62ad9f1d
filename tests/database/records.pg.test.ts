import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from './place.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

/** What stands around homework: who may write what of it, and what must never come to be. */

let world: World;
let schoolId: string;
let place: Place;
let elsewhere: Place;
let father: Person;
let fathersLink: string;
let assistant: Person;
let lead: Person;
let admin: Person;

const denied = { code: '42501' };
const invalid = { code: '23514' };
const unknown = { code: '23503' };
const outOfRange = { code: 'SS428' };
const taken = { code: '23505' };

beforeAll(async () => {
  world = await openWorld();
  schoolId = await world.addSchool();
  place = await openPlace(world, schoolId);
  elsewhere = await openPlace(world, schoolId);
  father = await world.addPerson(schoolId, 'parent');
  fathersLink = await world.addGuardianship(father, place.student);
  assistant = await world.addPerson(schoolId, 'teacher', 'teaching_assistant');
  await world.teach(assistant, place.classId);
  lead = await world.addPerson(schoolId, 'admin', null);
  await world.giveRole(schoolId, lead.id, 'safeguarding_lead', { kind: 'school', target: schoolId });
  admin = await world.addPerson(schoolId, 'admin');
});
afterAll(() => world.close());

async function seen(person: Person, table: string, id: string): Promise<boolean> {
  return world.as(person, async (sql) => (await sql`select id from ${sql(table)} where id = ${id}`).count === 1);
}

async function bucket(collection: string, id: string): Promise<unknown> {
  const [row] = await world.sql`
    select audience, scope_id as scope, is_deleted as "isDeleted" from sync_index where school_id = ${schoolId} and collection = ${collection} and document_id = ${id}`;
  return row;
}

const insert = (person: Person, table: string, row: Record<string, unknown>): Promise<unknown> =>
  world.as(person, (sql: Transaction) => sql`insert into ${sql(table)} ${sql({ school_id: person.schoolId, id: randomUUID(), ...row })}`);

describe('notes', () => {
  const note = (more: Record<string, unknown>) => ({
    student_id: place.student.id,
    completion_id: place.completionId,
    guardianship_id: place.guardianshipId,
    helped: true,
    ...more,
  });
  test('lie in the bucket of one guardianship: the child and the other parent never see them', async () => {
    expect(await bucket('notes', place.noteId)).toEqual({ audience: 'guardianship', scope: place.guardianshipId, isDeleted: false });
    for (const person of [place.parent, place.teacher]) expect(await seen(person, 'parent_notes', place.noteId)).toBe(true);
    for (const person of [place.student, father, assistant, elsewhere.teacher, elsewhere.parent]) {
      expect(await seen(person, 'parent_notes', place.noteId), person.kind).toBe(false);
    }
  });
  test('are written in one’s own name, in one’s own guardianship, about that child’s work', async () => {
    await insert(father, 'parent_notes', note({ guardianship_id: fathersLink, author_id: father.id }));
    await insert(place.teacher, 'parent_notes', note({ author_id: place.teacher.id, text_encrypted: randomBytes(40) }));
    await expect(insert(father, 'parent_notes', note({ author_id: father.id }))).rejects.toMatchObject(denied);
    await expect(insert(place.parent, 'parent_notes', note({ author_id: father.id }))).rejects.toMatchObject(denied);
    await expect(
      insert(place.parent, 'parent_notes', note({ author_id: place.parent.id, completion_id: elsewhere.completionId })),
    ).rejects.toMatchObject(unknown);
    await expect(
      insert(place.parent, 'parent_notes', note({ author_id: place.parent.id, student_id: elsewhere.student.id })),
    ).rejects.toMatchObject(unknown);
  });
  test('say something, and are short', async () => {
    const own = { author_id: place.parent.id };
    await expect(insert(place.parent, 'parent_notes', note({ ...own, helped: null }))).rejects.toMatchObject(invalid);
    await expect(insert(place.parent, 'parent_notes', note({ ...own, text_encrypted: randomBytes(2000) }))).rejects.toMatchObject(invalid);
  });
  test('go with their guardianship', async () => {
    const mother = await world.addPerson(schoolId, 'parent');
    const link = await world.addGuardianship(mother, place.student);
    const id = randomUUID();
    await insert(mother, 'parent_notes', note({ id, guardianship_id: link, author_id: mother.id }));
    await world.sql`delete from users where school_id = ${schoolId} and id = ${mother.id}`;
    expect(await bucket('notes', id)).toMatchObject({ isDeleted: true });
  });
});

describe('excused days', () => {
  const excuse = (day: string, more: Record<string, unknown> = {}) => ({
    student_id: place.student.id,
    day,
    state: 'excused',
    captured_at: new Date(),
    ...more,
  });
  async function daysAgo(days: number): Promise<string> {
    const [row] = await world.sql<{ day: string }[]>`select app.today(${schoolId}) - ${days}::integer as day`;
    return row?.day ?? '';
  }
  test('are set by a parent or staff, up to 28 days back and ahead, and say by whom', async () => {
    const id = randomUUID();
    await insert(place.parent, 'excused_days', excuse(await daysAgo(28), { id }));
    expect(await world.sql`select set_by from excused_days where id = ${id}`).toEqual([{ set_by: place.parent.id }]);
    expect(await bucket('excused_days', id)).toEqual({ audience: 'student', scope: place.student.id, isDeleted: false });
    for (const person of [place.teacher, assistant]) await insert(person, 'excused_days', excuse(await daysAgo(1)));
    await insert(place.parent, 'excused_days', excuse(await daysAgo(-28)));
    for (const days of [29, -29])
      await expect(insert(place.parent, 'excused_days', excuse(await daysAgo(days)))).rejects.toMatchObject(outOfRange);
    for (const person of [place.student, elsewhere.parent, elsewhere.teacher, admin]) {
      await expect(insert(person, 'excused_days', excuse(await daysAgo(1)))).rejects.toMatchObject(denied);
    }
  });
  test('count from a device’s last contact: what was excused offline is not too late', async () => {
    const device_id = randomUUID();
    await world.sql`
      insert into device_contacts (school_id, user_id, device_id, last_contact_at)
      values (${schoolId}, ${place.parent.id}, ${device_id}, now() - interval '14 days')`;
    await insert(place.parent, 'excused_days', excuse(await daysAgo(41), { device_id }));
    await expect(insert(place.parent, 'excused_days', excuse(await daysAgo(43), { device_id }))).rejects.toMatchObject(outOfRange);
  });
  test('are taken back by a row that names the one, of the same child and day', async () => {
    const [id, day] = [randomUUID(), await daysAgo(2)];
    await insert(place.parent, 'excused_days', excuse(day, { id }));
    await insert(place.teacher, 'excused_days', excuse(day, { state: 'withdrawn', withdraws: id }));
    await expect(insert(place.parent, 'excused_days', excuse(day, { state: 'withdrawn' }))).rejects.toMatchObject(invalid);
    await expect(
      insert(place.parent, 'excused_days', excuse(await daysAgo(3), { state: 'withdrawn', withdraws: id })),
    ).rejects.toMatchObject(unknown);
  });
  test('are never changed or removed, and tell no reason', async () => {
    await expect(world.as(place.parent, (sql) => sql`update excused_days set day = '2026-01-01'`)).rejects.toMatchObject(denied);
    await expect(world.as(place.parent, (sql) => sql`delete from excused_days`)).rejects.toMatchObject(denied);
    const columns = await world.sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = 'excused_days' and data_type in ('text', 'bytea', 'jsonb')`;
    expect(columns.map(({ name }) => name)).toEqual(['state']);
  });
});

describe('safeguarding flags', () => {
  test('are seen by the reporter and the lead alone, and lie in nobody’s bucket', async () => {
    for (const person of [place.teacher, lead]) expect(await seen(person, 'safeguarding_flags', place.flagId)).toBe(true);
    for (const person of [place.student, place.parent, father, assistant, elsewhere.teacher, admin, place.device]) {
      expect(await seen(person, 'safeguarding_flags', place.flagId), person.kind).toBe(false);
    }
    expect(await world.sql`select from sync_index where document_id = ${place.flagId}`).toHaveLength(0);
    expect(await world.sql`select from pg_trigger where tgrelid = 'safeguarding_flags'::regclass and tgname like 'stamp%'`).toHaveLength(0);
  });
  test('are raised by staff in their own name, and never reworded', async () => {
    const flag = { student_id: place.student.id, text_encrypted: randomBytes(20) };
    await insert(assistant, 'safeguarding_flags', { ...flag, reporter_id: assistant.id });
    await expect(insert(assistant, 'safeguarding_flags', { ...flag, reporter_id: place.teacher.id })).rejects.toMatchObject(denied);
    await expect(insert(place.parent, 'safeguarding_flags', { ...flag, reporter_id: place.parent.id })).rejects.toMatchObject(denied);
    await expect(world.as(lead, (sql) => sql`update safeguarding_flags set text_encrypted = null`)).rejects.toMatchObject(denied);
  });
  test('outlast the piece that they are about, and are about a piece of that child alone', async () => {
    const pieceId = await world.addCompletion(place.student, place.clubId);
    const flag = { id: randomUUID(), student_id: place.student.id, completion_id: pieceId, reporter_id: place.teacher.id };
    await insert(place.teacher, 'safeguarding_flags', flag);
    const other = { ...flag, id: randomUUID(), completion_id: randomUUID() };
    await expect(insert(place.teacher, 'safeguarding_flags', other)).rejects.toMatchObject(unknown);
    await world.sql`delete from homework_completions where school_id = ${place.schoolId} and id = ${pieceId}`;
    expect(await seen(lead, 'safeguarding_flags', flag.id)).toBe(true);
  });
  test('are in the audit log for nobody who only reads that, nor what was asked for', async () => {
    const auditor = await world.addPerson(place.schoolId, 'teacher', 'data_protection_lead');
    const entries = (by: Person) =>
      world.as(
        by,
        (sql) => sql<{ kind: string }[]>`select distinct entity_type as kind from audit_log where subject_id = ${place.student.id}`,
      );
    const [logged] = await world.sql`
      select from audit_log where school_id = ${place.schoolId} and subject_id = ${place.student.id} and entity_type = 'safeguarding_flags'`;
    expect(logged).toBeDefined();
    const kinds = (await entries(auditor)).map(({ kind }) => kind);
    expect(kinds).toContain('student_levels');
    expect(kinds).not.toContain('safeguarding_flags');
    expect(await world.as(auditor, (sql) => sql`select from audit_log where entity_type = 'commands'`)).toHaveLength(0);
    // The lead reads no log at all.
    expect(await entries(lead)).toEqual([]);
  });
  test('are handled by the lead, in the lead’s own name', async () => {
    const handle = (by: Person, handler: Person) =>
      world.as(
        by,
        (sql) =>
          sql`update safeguarding_flags set state = 'handled', handled_by = ${handler.id}, handled_at = now() where id = ${place.flagId}`,
      );
    await expect(handle(lead, place.teacher)).rejects.toMatchObject(denied);
    expect((await handle(place.teacher, place.teacher)).count).toBe(0);
    expect((await handle(lead, lead)).count).toBe(1);
  });
});

describe('levels', () => {
  const placing = (more: Record<string, unknown>) => ({
    student_id: place.student.id,
    club_id: place.otherClubId,
    level_id: place.otherLevelId,
    set_by: 'teacher',
    teacher_id: place.teacher.id,
    reason_encrypted: randomBytes(20),
    ...more,
  });
  test('are what staff see: a child and its parents do not', async () => {
    expect(await bucket('levels', place.studentLevelId)).toEqual({ audience: 'student_staff', scope: place.student.id, isDeleted: false });
    expect(await seen(place.teacher, 'student_levels', place.studentLevelId)).toBe(true);
    for (const person of [place.student, place.parent]) expect(await seen(person, 'student_levels', place.studentLevelId)).toBe(false);
  });
  test('are given by a teacher with a reason, in the teacher’s own name, of the same club', async () => {
    await expect(insert(place.teacher, 'student_levels', placing({ reason_encrypted: null }))).rejects.toMatchObject(invalid);
    await expect(insert(place.teacher, 'student_levels', placing({ teacher_id: assistant.id }))).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'student_levels', placing({ set_by: 'progress', teacher_id: null }))).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'student_levels', placing({ level_id: place.levelId }))).rejects.toMatchObject(unknown);
    await insert(place.teacher, 'student_levels', placing({}));
    await expect(insert(place.teacher, 'student_levels', placing({}))).rejects.toMatchObject(taken);
  });
});

describe('badges', () => {
  test('every school begins with the built-in ones', async () => {
    const [row] = await world.sql`
      select count(*)::int as count, count(*) filter (where given_by = 'teacher')::int as "byTeacher"
      from badges where school_id = ${schoolId} and code is not null`;
    expect(row).toEqual({ count: 27, byTeacher: 1 });
  });
  test('a teacher gives what teachers give, once, and never what a rule gives', async () => {
    const [rule] = await world.sql<{ id: string }[]>`select id from badges where school_id = ${schoolId} and code = 'century'`;
    const badge = { student_id: place.student.id, given_by: 'teacher', teacher_id: place.teacher.id, awarded_on: '2026-01-09' };
    await insert(place.teacher, 'student_badges', { ...badge, badge_id: place.otherBadgeId });
    await expect(insert(place.teacher, 'student_badges', { ...badge, badge_id: place.otherBadgeId })).rejects.toMatchObject(taken);
    await expect(insert(place.teacher, 'student_badges', { ...badge, badge_id: rule?.id ?? '' })).rejects.toMatchObject(unknown);
    await expect(
      insert(place.teacher, 'student_badges', { ...badge, badge_id: rule?.id ?? '', given_by: 'rule', teacher_id: null }),
    ).rejects.toMatchObject(denied);
  });
  test('a school’s own badge is a teacher’s to give', async () => {
    const badge = { name: 'Brave', sentence: 'You were brave.', picture: 'lion' };
    await insert(admin, 'badges', { ...badge, given_by: 'teacher' });
    await expect(insert(admin, 'badges', { ...badge, given_by: 'rule' })).rejects.toMatchObject(invalid);
    await expect(insert(place.teacher, 'badges', { ...badge, given_by: 'teacher' })).rejects.toMatchObject(denied);
  });
});

describe('buddy groups', () => {
  async function form(person: Person, at: Place, children: readonly Person[]): Promise<string> {
    const id = randomUUID();
    await world.as(person, async (sql) => {
      await sql`insert into buddy_groups (school_id, id, class_id, name) values (${schoolId}, ${id}, ${at.classId}, 'Foxes')`;
      for (const child of children) {
        await sql`
          insert into buddy_group_students (school_id, id, group_id, class_id, student_id)
          values (${schoolId}, ${randomUUID()}, ${id}, ${at.classId}, ${child.id})`;
      }
    });
    return id;
  }
  const join = (child: Person, id: string) =>
    world.as(child, (sql) => sql`update buddy_group_students set joined_at = now() where group_id = ${id} and student_id = ${child.id}`);
  async function formWithAll(at: Place, children: readonly Person[]): Promise<string> {
    const id = await form(at.teacher, at, children);
    for (const child of children) expect((await join(child, id)).count).toBe(1);
    return id;
  }
  const invitationOf = async (asked: Person, asker: Person = asked): Promise<unknown> =>
    (await world.as(asker, (sql) => sql<{ told: unknown }[]>`select app.buddy_invitation(${asked.id}) as told`))[0]?.told;
  async function classmates(at: Place, count: number): Promise<Person[]> {
    const children: Person[] = [];
    for (let n = 0; n < count; n++) {
      const child = await world.addPerson(schoolId, 'student');
      await world.joinClass(child, at.classId);
      await world.giveConsent(child, 'buddy_groups');
      children.push(child);
    }
    return children;
  }
  test('have three or four children of one class, at commit', async () => {
    const children = await classmates(place, 5);
    for (const size of [0, 1, 2, 5])
      await expect(form(place.teacher, place, children.slice(0, size)), String(size)).rejects.toMatchObject(invalid);
    await form(place.teacher, place, children.slice(0, 3));
    await expect(form(place.teacher, place, [...children.slice(3), ...(await classmates(elsewhere, 1))])).rejects.toMatchObject(unknown);
    // Nobody is in two groups.
    await expect(form(place.teacher, place, [...children.slice(3), ...children.slice(0, 1)])).rejects.toMatchObject(taken);
  });
  test('are formed by the class’s teacher, where the school has switched them on', async () => {
    const children = await classmates(place, 3);
    for (const person of [elsewhere.teacher, assistant, place.student, place.parent]) {
      await expect(form(person, place, children)).rejects.toMatchObject(denied);
    }
    await world.sql`update schools set has_buddy_groups = false where id = ${schoolId}`;
    await expect(form(place.teacher, place, children)).rejects.toMatchObject(invalid);
    expect(await seen(place.student, 'buddy_groups', place.groupId)).toBe(false);
    await world.sql`update schools set has_buddy_groups = true where id = ${schoolId}`;
    expect(await seen(place.student, 'buddy_groups', place.groupId)).toBe(true);
  });
  test('lie in a bucket of their own: members and staff read them, nobody’s parents', async () => {
    expect(await bucket('groups', place.groupId)).toEqual({ audience: 'group', scope: place.groupId, isDeleted: false });
    expect(await bucket('cheers', place.cheerId)).toEqual({ audience: 'group', scope: place.groupId, isDeleted: false });
    for (const person of [place.student, ...place.buddies, place.teacher])
      expect(await seen(person, 'buddy_groups', place.groupId)).toBe(true);
    for (const person of [place.newcomer, place.parent, elsewhere.student, elsewhere.teacher]) {
      expect(await seen(person, 'buddy_groups', place.groupId)).toBe(false);
    }
  });
  test('tell first names of buddies and nothing else of them', async () => {
    const names = await world.as(
      place.student,
      (sql) => sql<{ student_id: string }[]>`select student_id from app.group_members(${[place.groupId]})`,
    );
    expect(names.map(({ student_id: id }) => id).toSorted()).toEqual([place.student, ...place.buddies].map(({ id }) => id).toSorted());
    expect(await seen(place.student, 'students', place.buddies[0]?.id ?? '')).toBe(false);
    expect(await world.as(place.newcomer, (sql) => sql`select from app.group_members(${[place.groupId]})`)).toHaveLength(0);
  });
  test('are for children whose guardians agree, from one decision to the next', async () => {
    const children = await classmates(place, 4);
    const [child, other] = children;
    if (!child || !other) throw new Error('there are four');
    const guardian = await world.giveConsent(child, 'buddy_groups', undefined, 'withdrawn');
    await expect(form(place.teacher, place, children)).rejects.toMatchObject(invalid);
    await world.giveConsent(child, 'buddy_groups', guardian);
    const id = await formWithAll(place, children);
    const membersSeenBy = async (person: Person): Promise<number> =>
      (await world.as(person, (sql) => sql`select from app.group_members(${[id]})`)).length;
    expect([await membersSeenBy(child), await membersSeenBy(other)]).toEqual([4, 4]);
    const stampOf = async () => (await world.sql`select version from sync_index where document_id = ${id}`)[0]?.['version'] as number;
    const before = await stampOf();
    await world.giveConsent(child, 'buddy_groups', guardian, 'withdrawn');
    expect(await seen(child, 'buddy_groups', id)).toBe(false);
    expect([await membersSeenBy(child), await membersSeenBy(other)]).toEqual([0, 3]);
    expect(await stampOf()).toBeGreaterThan(before);
  });
  test('a member leaves, alone and for good; a group that is dissolved sets its children free', async () => {
    const children = await classmates(place, 4);
    const [first, second] = children;
    if (!first || !second) throw new Error('there are four');
    const id = await formWithAll(place, children);
    const leave = (person: Person, leaver: Person) =>
      world.as(person, (sql) => sql`update buddy_group_students set left_at = now() where group_id = ${id} and student_id = ${leaver.id}`);
    expect((await leave(first, second)).count).toBe(0);
    expect((await leave(first, first)).count).toBe(1);
    expect(await seen(first, 'buddy_groups', id)).toBe(false);
    await expect(
      world.as(
        place.teacher,
        (sql) => sql`update buddy_group_students set left_at = null where group_id = ${id} and student_id = ${first.id}`,
      ),
    ).rejects.toMatchObject(invalid);
    await world.as(place.teacher, (sql) => sql`update buddy_groups set dissolved_at = now() where id = ${id}`);
    expect(await seen(second, 'buddy_groups', id)).toBe(false);
    await form(place.teacher, place, children);
  });
  test('a child that changes class is no longer a buddy', async () => {
    const children = await classmates(place, 3);
    const id = await formWithAll(place, children);
    const [mover, stayer] = children;
    if (!mover || !stayer) throw new Error('there are three');
    await world.sql`update class_students set until_on = app.today(school_id) - 1 where student_id = ${mover.id}`;
    expect(await seen(mover, 'buddy_groups', id)).toBe(false);
    expect(await seen(stayer, 'buddy_groups', id)).toBe(true);
    const seenByStayer = await world.as(stayer, (sql) => sql<{ id: string }[]>`select student_id as id from app.group_members(${[id]})`);
    expect(seenByStayer.map((member) => member.id).toSorted()).toEqual([stayer.id, children[2]?.id].toSorted());
  });
  test('are an invitation until the child says yes: before it reads nothing, and nobody sees it', async () => {
    const children = await classmates(place, 3);
    const [first, second, third] = children;
    if (!first || !second || !third) throw new Error('there are three');
    const id = await form(place.teacher, place, children);
    await join(first, id);
    expect(await seen(first, 'buddy_groups', id)).toBe(true);
    expect(await seen(second, 'buddy_groups', id)).toBe(false);
    expect(await world.as(first, (sql) => sql`select student_id as id from app.group_members(${[id]})`)).toEqual([{ id: first.id }]);
    await expect(insert(second, 'buddy_cheers', { group_id: id, student_id: second.id, phrase: 1 })).rejects.toMatchObject(denied);
    expect(await invitationOf(second)).toEqual({ groupId: id, name: 'Foxes' });
    expect(await invitationOf(first)).toBeNull();
    for (const other of [first, place.teacher, place.parent]) expect(await invitationOf(second, other)).toBeNull();
  });
  test('are joined by the child alone: no adult and no other child says yes for it', async () => {
    const children = await classmates(place, 3);
    const [first, second] = children;
    if (!first || !second) throw new Error('there are three');
    const id = await form(place.teacher, place, children);
    const sayYesFor = (person: Person) =>
      world.as(person, (sql) => sql`update buddy_group_students set joined_at = now() where group_id = ${id} and student_id = ${first.id}`);
    await expect(sayYesFor(place.teacher)).rejects.toMatchObject(denied);
    for (const person of [second, place.parent, elsewhere.teacher]) expect((await sayYesFor(person)).count).toBe(0);
    expect((await sayYesFor(first)).count).toBe(1);
    // Yes is said once, and taken back by leaving alone.
    await expect(
      world.as(first, (sql) => sql`update buddy_group_students set joined_at = null where student_id = ${first.id}`),
    ).rejects.toMatchObject(invalid);
  });
  test('are not there to be joined without consent, without the school’s switch, or once left or dissolved', async () => {
    const children = await classmates(place, 4);
    const [child, leaver] = children;
    if (!child || !leaver) throw new Error('there are four');
    const id = await form(place.teacher, place, children);
    const guardian = await world.giveConsent(child, 'buddy_groups', undefined, 'withdrawn');
    await expect(join(child, id)).rejects.toMatchObject(denied);
    expect(await invitationOf(child)).toBeNull();
    await world.giveConsent(child, 'buddy_groups', guardian);
    expect(await invitationOf(child)).toEqual({ groupId: id, name: 'Foxes' });
    await world.sql`update schools set has_buddy_groups = false where id = ${schoolId}`;
    await expect(join(child, id)).rejects.toMatchObject(denied);
    expect(await invitationOf(child)).toBeNull();
    await world.sql`update schools set has_buddy_groups = true where id = ${schoolId}`;
    await world.as(leaver, (sql) => sql`update buddy_group_students set left_at = now() where student_id = ${leaver.id}`);
    await expect(join(leaver, id)).rejects.toMatchObject(invalid);
    expect(await invitationOf(leaver)).toBeNull();
    await world.as(place.teacher, (sql) => sql`update buddy_groups set dissolved_at = now() where id = ${id}`);
    await expect(join(child, id)).rejects.toMatchObject(invalid);
    expect(await invitationOf(child)).toBeNull();
  });
  test('an invitation reaches the child’s own document whenever it comes, changes or goes', async () => {
    const children = await classmates(place, 3);
    const [child] = children;
    if (!child) throw new Error('there are three');
    const stampOf = async () =>
      (await world.sql`select version from sync_index where collection = 'people' and document_id = ${child.id}`)[0]?.['version'] as number;
    let before = await stampOf();
    const changes = async (work: () => Promise<unknown>) => {
      await work();
      const after = await stampOf();
      expect(after).toBeGreaterThan(before);
      before = after;
    };
    let id = '';
    await changes(async () => (id = await form(place.teacher, place, children)));
    await changes(() => world.as(place.teacher, (sql) => sql`update buddy_groups set name = 'Hares' where id = ${id}`));
    await changes(() => world.sql`update schools set has_buddy_groups = false where id = ${schoolId}`);
    await changes(() => world.sql`update schools set has_buddy_groups = true where id = ${schoolId}`);
    await changes(() => join(child, id));
    // Marbles are no news of it.
    await world.asWorker(
      schoolId,
      (sql) => sql`update buddy_group_students set marble_days = '{2026-01-08}' where student_id = ${child.id}`,
    );
    expect(await stampOf()).toBe(before);
  });
  test('whose days filled the jar is nobody’s to see or say', async () => {
    for (const person of [place.student, place.teacher]) {
      await expect(world.as(person, (sql) => sql`select marble_days from buddy_group_students`)).rejects.toMatchObject(denied);
      await expect(world.as(person, (sql) => sql`update buddy_group_students set marble_days = '{}'`)).rejects.toMatchObject(denied);
      await expect(world.as(person, (sql) => sql`update buddy_groups set jar = 36`)).rejects.toMatchObject(denied);
    }
  });
  test('ten cheers a day, by the days on which they were said', async () => {
    const children = await classmates(place, 3);
    const id = await formWithAll(place, children);
    const [child, other] = children;
    if (!child || !other) throw new Error('there are three');
    const cheer = (person: Person, daysAgo: number) =>
      insert(person, 'buddy_cheers', {
        group_id: id,
        student_id: person.id,
        phrase: 1,
        captured_at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
      });
    for (let n = 0; n < 10; n++) await cheer(child, 1);
    await expect(cheer(child, 1)).rejects.toMatchObject({ code: 'SS429' });
    await cheer(child, 3);
    await cheer(other, 1);
    for (const days of [30, -2]) await expect(cheer(child, days)).rejects.toMatchObject(invalid);
  });
  test('cheers are phrases by number, in one’s own name, append only', async () => {
    const cheer = { group_id: place.groupId, student_id: place.student.id };
    await insert(place.student, 'buddy_cheers', { ...cheer, phrase: 24 });
    for (const phrase of [0, 25]) await expect(insert(place.student, 'buddy_cheers', { ...cheer, phrase })).rejects.toMatchObject(invalid);
    await expect(insert(place.student, 'buddy_cheers', { ...cheer, phrase: 1, student_id: place.buddies[0]?.id })).rejects.toMatchObject(
      denied,
    );
    await expect(insert(place.newcomer, 'buddy_cheers', { ...cheer, phrase: 1, student_id: place.newcomer.id })).rejects.toMatchObject(
      denied,
    );
    await expect(world.as(place.student, (sql) => sql`update buddy_cheers set phrase = 2`)).rejects.toMatchObject(denied);
    await expect(world.as(place.student, (sql) => sql`delete from buddy_cheers`)).rejects.toMatchObject(denied);
  });
});

describe('commands', () => {
  const command = (more: Record<string, unknown> = {}) => ({
    user_id: place.teacher.id,
    kind: 'place_on_level',
    payload_encrypted: randomBytes(8),
    captured_at: new Date(),
    ...more,
  });
  test('S31: are applied once by id, and then say nothing any more', async () => {
    const id = randomUUID();
    await insert(place.teacher, 'commands', command({ id }));
    expect(await bucket('commands', id)).toEqual({ audience: 'account', scope: place.teacher.id, isDeleted: false });
    await expect(insert(place.teacher, 'commands', command({ id }))).rejects.toMatchObject(taken);
    const settle = (payload: Buffer | null) =>
      world.as(
        place.teacher,
        (sql) => sql`update commands set state = 'applied', settled_at = now(), payload_encrypted = ${payload} where id = ${id}`,
      );
    await expect(settle(randomBytes(8))).rejects.toMatchObject(invalid);
    expect((await settle(null)).count).toBe(1);
    await expect(settle(null)).rejects.toMatchObject(invalid);
  });
  test('are staff’s, and each one’s own', async () => {
    await expect(insert(place.teacher, 'commands', command({ user_id: assistant.id }))).rejects.toMatchObject(denied);
    for (const person of [place.student, place.parent]) {
      await expect(insert(person, 'commands', command({ user_id: person.id }))).rejects.toMatchObject(denied);
    }
    await expect(insert(place.teacher, 'commands', command({ kind: 'drop_school' }))).rejects.toMatchObject(invalid);
  });
});

describe('devices and invitations', () => {
  const lease = () => new Date(Date.now() + 90 * 86_400_000);
  test('a teacher enrols a device for the own class alone, and it sees the roster', async () => {
    const enrol = (id: string, classId: string, until = lease()) =>
      world.as(
        place.teacher,
        (sql) => sql`select app.enrol_device(${id}, ${classId}, 'Tablet 2', ${randomBytes(8)}, ${randomBytes(32)}, ${until})`,
      );
    const id = randomUUID();
    await enrol(id, place.classId);
    const rights = await world.sql<{ audience: string }[]>`
      select audience from access_grants where school_id = ${schoolId} and user_id = ${id} and to_version is null order by 1`;
    expect(rights.map(({ audience }) => audience)).toEqual(['account', 'class', 'class_device', 'class_staff', 'school']);
    expect(await world.sql`select from sign_in_lookup where kind = 'delivery_token' and subject_id = ${id}`).toHaveLength(1);
    await expect(enrol(randomUUID(), elsewhere.classId)).rejects.toMatchObject(denied);
    await expect(enrol(randomUUID(), place.classId, new Date(Date.now() + 200 * 86_400_000))).rejects.toMatchObject(invalid);
    await world.as(place.teacher, (sql) => sql`update devices set revoked_at = now() where id = ${id}`);
    const left = await world.sql`select from access_grants where user_id = ${id} and to_version is null and audience like 'class%'`;
    expect(left).toHaveLength(0);
    // Its token goes on delivering what was logged on it.
    expect(await world.sql`select from sign_in_lookup where kind = 'delivery_token' and subject_id = ${id}`).toHaveLength(1);
  });
  test('a device that was not enrolled has no class', async () => {
    const device = await world.addPerson(schoolId, 'device');
    const rights = await world.sql<{ audience: string }[]>`
      select audience from access_grants where user_id = ${device.id} and to_version is null order by 1`;
    expect(rights.map(({ audience }) => audience)).toEqual(['account', 'school']);
  });
  test('an invitation is for thirty days, used once, and revocable until then', async () => {
    const invitation = { student_id: place.student.id, code_hash: randomBytes(32) };
    const id = randomUUID();
    await insert(admin, 'invitations', { ...invitation, id });
    await expect(insert(admin, 'invitations', { ...invitation })).rejects.toMatchObject(taken);
    await expect(
      insert(admin, 'invitations', { ...invitation, code_hash: randomBytes(32), expires_at: new Date(Date.now() + 31 * 86_400_000) }),
    ).rejects.toMatchObject(invalid);
    expect(await world.sql`select created_by from invitations where id = ${id}`).toEqual([{ created_by: admin.id }]);
    await world.sql`update invitations set used_by = ${father.id}, used_at = now() where id = ${id}`;
    await expect(world.as(admin, (sql) => sql`update invitations set revoked_at = now() where id = ${id}`)).rejects.toMatchObject(invalid);
    await expect(
      world.as(admin, (sql) => sql`update invitations set used_at = null, used_by = null where id = ${id}`),
    ).rejects.toMatchObject(denied);
    await expect(world.as(admin, (sql) => sql`select code_hash from invitations`)).rejects.toMatchObject(denied);
    await expect(insert(place.teacher, 'invitations', { ...invitation, code_hash: randomBytes(32) })).rejects.toMatchObject(denied);
  });
});

describe('year groups', () => {
  test('are those of the school’s nation; key stages follow from them', async () => {
    const mixed = await world.addClass(schoolId);
    await world.sql`update classes set year_groups = '{3,R,2}' where id = ${mixed}`;
    expect(await world.sql`select key_stages from classes where id = ${mixed}`).toEqual([{ key_stages: ['EYFS', 'KS1', 'KS2'] }]);
    await expect(world.sql`update classes set year_groups = '{P4}' where id = ${mixed}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update classes set year_groups = '{}' where id = ${mixed}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update students set year_group = '7' where id = ${place.student.id}`).rejects.toMatchObject(invalid);
    await expect(world.sql`update clubs set year_groups = '{4,nursery}' where id = ${place.clubId}`).rejects.toMatchObject(invalid);
  });
  test('of another nation are another list', async () => {
    const scottish = await world.addSchool();
    await world.sql`update schools set nation = 'scotland' where id = ${scottish}`;
    await expect(world.addClass(scottish)).rejects.toMatchObject(invalid);
    const id = randomUUID();
    await world.sql`
      insert into classes (school_id, id, name, academic_year, year_groups, weekly_target) values (${scottish}, ${id}, 'P6/7', '2026/27', '{P6,P7}', 4)`;
    expect(await world.sql`select key_stages from classes where id = ${id}`).toEqual([{ key_stages: ['Second'] }]);
    await expect(world.sql`update schools set nation = 'england' where id = ${scottish}`).rejects.toMatchObject(invalid);
  });
});

describe('a school’s profile', () => {
  test('is changed by its admin, as far as it is the school’s own', async () => {
    await world.as(
      admin,
      (sql) => sql`update schools set urn = '123456', dfe_number = '860/2040', colour = '#112233', leaderboard = 'team'`,
    );
    for (const change of [{ urn: '12345' }, { dfe_number: '8602040' }, { leaderboard: 'loud' }]) {
      await expect(world.as(admin, (sql) => sql`update schools set ${sql(change)}`)).rejects.toMatchObject(invalid);
    }
    for (const change of [{ status: 'suspended' }, { slug: 'mine' }, { nation: 'wales' }, { picture_sign_in_anywhere: true }]) {
      await expect(
        world.as(admin, (sql) => sql`update schools set ${sql(change)}`),
        Object.keys(change)[0],
      ).rejects.toMatchObject(denied);
    }
    for (const person of [place.teacher, lead, place.parent]) {
      expect((await world.as(person, (sql) => sql`update schools set name = 'Mine'`)).count).toBe(0);
    }
  });
  test('is private by default', async () => {
    const fresh = await world.addSchool();
    expect(await world.sql`select leaderboard, has_buddy_groups from schools where id = ${fresh}`).toEqual([
      { leaderboard: 'off', has_buddy_groups: false },
    ]);
  });
});

test('an evidence’s state shows in the receipt of its work, and what is withdrawn is nowhere', async () => {
  const before = await world.versionOf(schoolId);
  await world.as(place.student, (sql) => sql`update evidence set state = 'uploading' where id = ${place.evidenceId}`);
  const touched = await world.sql`select collection, document_id from sync_index where school_id = ${schoolId} and version > ${before}`;
  expect(touched).toEqual([{ collection: 'receipts', document_id: place.completionId }]);
  await expect(world.sql`update evidence set state = 'ready' where id = ${place.evidenceId}`).rejects.toMatchObject(invalid);
  await expect(
    world.sql`update evidence set state = 'withdrawn', storage_key = 'abc' where id = ${place.evidenceId}`,
  ).rejects.toMatchObject(invalid);
  await expect(
    insert(place.student, 'evidence', { completion_id: elsewhere.completionId, student_id: place.student.id, kind: 'photo' }),
  ).rejects.toMatchObject(unknown);
});
