import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Place } from './place.ts';
import { RecordsScene } from './records-scene.ts';
import { denied, invalid, taken, unknown } from './refusals.ts';
import type { Person } from './world.ts';

/** Who forms a buddy group, who joins it, and what its children see and say of each other. */

const scene = RecordsScene.open();
const { seen, bucket, insert } = scene;

describe('buddy groups', () => {
  async function form(person: Person, at: Place, children: readonly Person[]): Promise<string> {
    const id = randomUUID();
    await scene.world.as(person, async (sql) => {
      await sql`insert into buddy_groups (school_id, id, class_id, name) values (${scene.schoolId}, ${id}, ${at.classId}, 'Foxes')`;
      for (const child of children) {
        await sql`
          insert into buddy_group_students (school_id, id, group_id, class_id, student_id)
          values (${scene.schoolId}, ${randomUUID()}, ${id}, ${at.classId}, ${child.id})`;
      }
    });
    return id;
  }
  const join = (child: Person, id: string) =>
    scene.world.as(
      child,
      (sql) => sql`update buddy_group_students set joined_at = now() where group_id = ${id} and student_id = ${child.id}`,
    );
  async function formWithAll(at: Place, children: readonly Person[]): Promise<string> {
    const id = await form(at.teacher, at, children);
    for (const child of children) expect((await join(child, id)).count).toBe(1);
    return id;
  }
  const invitationOf = async (asked: Person, asker: Person = asked): Promise<unknown> =>
    (await scene.world.as(asker, (sql) => sql<{ told: unknown }[]>`select app.buddy_invitation(${asked.id}) as told`))[0]?.told;
  async function classmates(at: Place, count: number): Promise<Person[]> {
    const children: Person[] = [];
    for (let n = 0; n < count; n++) {
      const child = await scene.world.addPerson(scene.schoolId, 'student');
      await scene.world.joinClass(child, at.classId);
      await scene.world.giveConsent(child, 'buddy_groups');
      children.push(child);
    }
    return children;
  }
  test('have three or four children of one class, at commit', async () => {
    const { place, elsewhere } = scene;
    const children = await classmates(place, 5);
    for (const size of [0, 1, 2, 5])
      await expect(form(place.teacher, place, children.slice(0, size)), String(size)).rejects.toMatchObject(invalid);
    await form(place.teacher, place, children.slice(0, 3));
    await expect(form(place.teacher, place, [...children.slice(3), ...(await classmates(elsewhere, 1))])).rejects.toMatchObject(unknown);
    // Nobody is in two groups.
    await expect(form(place.teacher, place, [...children.slice(3), ...children.slice(0, 1)])).rejects.toMatchObject(taken);
  });
  test('are formed by the class’s teacher, where the school has switched them on', async () => {
    const { world, schoolId, place, elsewhere, assistant } = scene;
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
    const { place, elsewhere } = scene;
    expect(await bucket('groups', place.groupId)).toEqual({ audience: 'group', scope: place.groupId, isDeleted: false });
    expect(await bucket('cheers', place.cheerId)).toEqual({ audience: 'group', scope: place.groupId, isDeleted: false });
    for (const person of [place.student, ...place.buddies, place.teacher])
      expect(await seen(person, 'buddy_groups', place.groupId)).toBe(true);
    for (const person of [place.newcomer, place.parent, elsewhere.student, elsewhere.teacher]) {
      expect(await seen(person, 'buddy_groups', place.groupId)).toBe(false);
    }
  });
  test('tell first names of buddies and nothing else of them', async () => {
    const { world, place } = scene;
    const names = await world.as(
      place.student,
      (sql) => sql<{ student_id: string }[]>`select student_id from app.group_members(${[place.groupId]})`,
    );
    expect(names.map(({ student_id: id }) => id).toSorted()).toEqual([place.student, ...place.buddies].map(({ id }) => id).toSorted());
    expect(await seen(place.student, 'students', place.buddies[0]?.id ?? '')).toBe(false);
    expect(await world.as(place.newcomer, (sql) => sql`select from app.group_members(${[place.groupId]})`)).toHaveLength(0);
  });
  test('are for children whose guardians agree, from one decision to the next', async () => {
    const { world, place } = scene;
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
    const { world, place } = scene;
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
    const { world, place } = scene;
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
    const { world, place } = scene;
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
    const { world, place, elsewhere } = scene;
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
    const { world, schoolId, place } = scene;
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
    const { world, schoolId, place } = scene;
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
    const { world, place } = scene;
    for (const person of [place.student, place.teacher]) {
      await expect(world.as(person, (sql) => sql`select marble_days from buddy_group_students`)).rejects.toMatchObject(denied);
      await expect(world.as(person, (sql) => sql`update buddy_group_students set marble_days = '{}'`)).rejects.toMatchObject(denied);
      await expect(world.as(person, (sql) => sql`update buddy_groups set jar = 36`)).rejects.toMatchObject(denied);
    }
  });
  test('ten cheers a day, by the days on which they were said', async () => {
    const { place } = scene;
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
    const { world, place } = scene;
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
