import { describe, expect, test } from 'vitest';
import { jarSize } from '#domain/buddies/jar.ts';
import { must } from '#domain/must.ts';
import type { Checkpoint, WireDocument } from '#domain/sync/protocol.ts';
import { BuddyScene, tell } from './buddy-scene.ts';
import { completion, newId, type Person } from './person.ts';

/** A buddy group from end to end: who is asked, who belongs, who sees what, and how it ends. */

const scene = BuddyScene.open();

const decide = (decision: string) =>
  scene.parent.send('/api/privacy/consents', {
    id: newId(),
    studentId: scene.maya.id,
    purpose: 'buddy_groups',
    noticeVersion: 1,
    decision,
  });
const switchTo = (hasBuddyGroups: boolean) => scene.admin.send('/api/school/settings', { hasBuddyGroups });

const groupOf = async (person: Person) => (await person.pullAll('groups')).documents.find(({ _deleted }) => !_deleted);
const membersSeenBy = async (person: Person) =>
  ((await groupOf(person))?.['members'] as { studentId: string; firstName: string; avatar: string }[] | undefined)?.map(
    ({ studentId }) => studentId,
  );
const invitationOf = async (child: Person, reader = child) =>
  (await reader.pullAll('people')).documents.find((one) => one['kind'] === 'student' && one['studentId'] === child.id)?.['buddyInvitation'];

function cheer(person: Person, fields: object = {}) {
  return {
    id: newId(),
    version: 0,
    groupId: scene.groupId,
    studentId: person.id,
    phrase: 3,
    capturedAt: new Date().toISOString(),
    _deleted: false,
    ...fields,
  };
}

async function codesOf(person: Person, ...documents: object[]): Promise<string[]> {
  const { rejections } = await person.push(
    'cheers',
    documents.map((newDocumentState) => ({ newDocumentState })),
  );
  return rejections.map(({ code }) => code);
}

/** A device that holds what the person may see of a collection, and what it holds after its next contact. */
async function deviceOf(person: Person, collection: 'groups' | 'cheers'): Promise<() => Promise<WireDocument[]>> {
  const first = await person.pullAll(collection);
  let checkpoint: Checkpoint = first.checkpoint;
  const held = new Map(first.documents.map((document) => [document.id, document]));
  return async () => {
    const news = await person.pullAll(collection, checkpoint);
    checkpoint = news.checkpoint;
    for (const document of news.documents)
      if (document._deleted) held.delete(document.id);
      else held.set(document.id, document);
    return [...held.values()];
  };
}

describe('a buddy group', () => {
  test('is told to its members with the first names and animals of those who have joined, and nothing else of them', async () => {
    const group = must(await groupOf(scene.maya), 'Maya is in a group');
    const members = group['members'] as object[];
    expect(members.length).toBe(3);
    for (const member of members) expect(Object.keys(member).sort()).toEqual(['avatar', 'firstName', 'studentId']);
    expect(await membersSeenBy(scene.mate)).toEqual(await membersSeenBy(scene.maya));
    expect(JSON.stringify(await scene.maya.pullAll('groups'))).not.toContain(scene.invited.id);
  });

  test('waits for the yes of a child who is asked: told to that child alone, and nothing of the group', async () => {
    expect(await groupOf(scene.invited)).toBeUndefined();
    expect((await scene.invited.pullAll('cheers')).documents).toEqual([]);
    expect(await invitationOf(scene.invited)).toEqual({ groupId: scene.groupId, name: 'Otters' });
    expect(await invitationOf(scene.maya)).toBeNull();
    expect(await invitationOf(scene.invited, scene.teacher)).toBeNull();
    expect(await invitationOf(scene.maya, scene.parent)).toBeNull();
  });

  test('lies on no device of staff, family or another child', async () => {
    for (const person of [scene.teacher, scene.riverside, scene.parent, scene.admin, scene.leo])
      for (const collection of ['groups', 'cheers']) expect((await person.pullAll(collection)).documents).toEqual([]);
  });
});

describe('a cheer', () => {
  test('is a phrase to the buddies, who see it; again it is the same', async () => {
    const sent = cheer(scene.maya);
    expect(await codesOf(scene.maya, sent)).toEqual([]);
    expect(await codesOf(scene.maya, sent)).toEqual([]);
    const seen = (await scene.mate.pullAll('cheers')).documents.filter(({ id }) => id === sent.id);
    expect(seen).toMatchObject([{ groupId: scene.groupId, studentId: scene.maya.id, phrase: 3 }]);
  });

  test('comes from a member alone, in the own name, and is one of those there are', async () => {
    expect(await codesOf(scene.maya, cheer(scene.mate))).toEqual(['wrong_author']);
    expect(await codesOf(scene.maya, cheer(scene.maya, { phrase: 25 }), cheer(scene.maya, { phrase: 0 }))).toEqual([
      'invalid_document',
      'invalid_document',
    ]);
    expect(await codesOf(scene.maya, cheer(scene.maya, { text: 'hello' }))).toEqual(['invalid_document']);
    for (const person of [scene.invited, scene.leo, scene.teacher, scene.parent])
      expect(await codesOf(person, cheer(person))).toEqual(['not_allowed']);
  });

  test('is one of ten a day: what is more is refused by its reason, and of another day it is taken', async () => {
    const yesterday = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const many = Array.from({ length: 11 }, () => cheer(scene.mate));
    expect(await codesOf(scene.mate, ...many)).toEqual(['too_many_cheers']);
    expect(await codesOf(scene.mate, cheer(scene.mate, { capturedAt: yesterday }))).toEqual([]);
  });
});

describe('a yes', () => {
  test('is the invited child’s alone to say', async () => {
    for (const person of [scene.teacher, scene.parent, scene.leo, scene.admin])
      expect((await tell(person, scene.groupId, 'join')).status).toBe(404);
    expect(await invitationOf(scene.invited)).not.toBeNull();
  });

  test('brings the child in, for everybody’s devices, and once more changes nothing', async () => {
    const device = await deviceOf(scene.maya, 'groups');
    expect((await tell(scene.invited, scene.groupId, 'join')).status).toBe(204);
    expect((await tell(scene.invited, scene.groupId, 'join')).status).toBe(204);
    expect(await membersSeenBy(scene.invited)).toContain(scene.invited.id);
    expect(await invitationOf(scene.invited)).toBeNull();
    const [group] = await device();
    expect(JSON.stringify(group)).toContain(scene.invited.id);
    expect(await codesOf(scene.invited, cheer(scene.invited))).toEqual([]);
  });
});

describe('consent', () => {
  test('that is withdrawn takes the child out at once, from others’ devices at their next contact, and given again brings it back', async () => {
    const groups = await deviceOf(scene.mate, 'groups');
    const cheers = await deviceOf(scene.mate, 'cheers');
    const own = await deviceOf(scene.maya, 'groups');
    expect((await decide('withdrawn')).status).toBe(204);
    expect(await own()).toEqual([]);
    expect(JSON.stringify(await groups())).not.toContain(scene.maya.id);
    // What was said stays with the group; whose it was does not.
    const said = await cheers();
    expect(said.filter(({ studentId }) => studentId === null).length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toContain(scene.maya.id);
    expect(await codesOf(scene.maya, cheer(scene.maya))).toEqual(['not_allowed']);
    expect((await scene.listed(scene.groupId)).members).toContainEqual({ studentId: scene.maya.id, state: 'hidden' });

    expect((await decide('given')).status).toBe(204);
    expect(await own()).toHaveLength(1);
    expect(JSON.stringify(await groups())).toContain(scene.maya.id);
    expect(JSON.stringify(await cheers())).toContain(scene.maya.id);
  });

  test('of the school: its switch takes all groups away, and brings them back', async () => {
    const groups = await deviceOf(scene.mate, 'groups');
    const cheers = await deviceOf(scene.mate, 'cheers');
    expect((await switchTo(false)).status).toBe(204);
    expect([await groups(), await cheers()]).toEqual([[], []]);
    expect((await scene.list()).hasBuddyGroups).toBe(false);
    expect((await scene.form(scene.free.slice(0, 3))).status).toBe(409);
    expect((await switchTo(true)).status).toBe(204);
    expect(await groups()).toHaveLength(1);
  });
});

describe('the jar', () => {
  /** Homework of the mate’s on a day that has none yet, in a week that has not brought all its marbles. */
  async function logOnAnotherDay(): Promise<void> {
    const clubId = String((await scene.mate.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.['id']);
    const [unused] = await scene.server.sql<{ day: string }[]>`
      select day::date::text as day from generate_series(current_date - 16, current_date, '1 day') day
      where day >= (select joined_at::date from buddy_group_students where group_id = ${scene.groupId} and student_id = ${scene.mate.id})
        and not exists (select from homework_completions where student_id = ${scene.mate.id} and effective_date = day::date)
        and (select count(*) from homework_completions where student_id = ${scene.mate.id}
          and date_trunc('week', effective_date) = date_trunc('week', day)) < 5
      order by day desc limit 1`;
    const { day } = must(unused, 'there is a day without homework');
    const done = completion(scene.mate.id, clubId, { completionDate: day, capturedAt: `${day}T16:00:00.000Z` });
    await scene.mate.push('completions', [{ newDocumentState: done }]);
  }
  const marbles = async () => (await scene.listed(scene.groupId)).marbles;
  const hasBadge = async (child: Person) => {
    const [own] = (await child.pullAll('progress')).documents;
    return 'team_jar' in Object(own?.['badges']);
  };

  test('takes a marble for a day on which a member did homework, and never tells whose', async () => {
    const before = await marbles();
    await logOnAnotherDay();
    await expect.poll(marbles, { timeout: 10_000 }).toBe(before + 1);
    const seen = must(await groupOf(scene.maya), 'Maya is in a group');
    expect(seen['marbles']).toBe(before + 1);
    expect(Object.keys(seen).sort()).toEqual(['_deleted', 'id', 'marbles', 'members', 'name', 'version']);
  });

  test('that is full brings its badge to everybody who belonged to it, and to nobody else', async () => {
    await scene.server.sql`update buddy_groups set jar = ${jarSize - 1} where id = ${scene.groupId}`;
    expect(await Promise.all([scene.maya, scene.mate, scene.invited, scene.leo].map(hasBadge))).toEqual([false, false, false, false]);
    await logOnAnotherDay();
    await expect
      .poll(() => Promise.all([scene.maya, scene.mate, scene.invited].map(hasBadge)), { timeout: 10_000 })
      .toEqual([true, true, true]);
    expect(await marbles()).toBe(jarSize);
    expect(await hasBadge(scene.leo)).toBe(false);
  });
});

describe('whoever leaves', () => {
  test('is gone from the others’ devices without a word, and does not come back', async () => {
    const groups = await deviceOf(scene.maya, 'groups');
    const notices = (await scene.maya.pullAll('notices')).documents.length;
    for (const person of [scene.teacher, scene.parent, scene.leo]) expect((await tell(person, scene.groupId, 'leave')).status).toBe(404);
    expect((await tell(scene.mate, scene.groupId, 'leave')).status).toBe(204);
    expect((await tell(scene.mate, scene.groupId, 'leave')).status).toBe(204);
    expect(await groupOf(scene.mate)).toBeUndefined();
    expect(JSON.stringify(await groups())).not.toContain(scene.mate.id);
    expect((await scene.maya.pullAll('notices')).documents.length).toBe(notices);
    expect((await tell(scene.mate, scene.groupId, 'join')).status).toBe(404);
    expect((await scene.listed(scene.groupId)).members.map(({ studentId }) => studentId)).not.toContain(scene.mate.id);
  });

  test('a group that has ended is on nobody’s device', async () => {
    const groups = await deviceOf(scene.maya, 'groups');
    const cheers = await deviceOf(scene.maya, 'cheers');
    expect((await tell(scene.teacher, scene.groupId, 'dissolve')).status).toBe(204);
    expect([await groups(), await cheers()]).toEqual([[], []]);
    expect(await codesOf(scene.maya, cheer(scene.maya))).toEqual(['not_allowed']);
  });
});
