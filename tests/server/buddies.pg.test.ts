import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDemoSchools } from '#db/seed/generate.ts';
import { jarSize } from '#domain/buddies/jar.ts';
import { must } from '#domain/must.ts';
import type { Checkpoint, WireDocument } from '#domain/sync/protocol.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, signIns } from './person.ts';

/** Buddy groups from end to end: who is asked, who belongs, who sees what, and how it ends. */

let server: TestServer;
let maya: Person;
/** Of Maya's group. */
let mate: Person;
/** Asked into Maya's group, and has not answered. */
let invited: Person;
let teacher: Person;
/** Teaches at another school. */
let elsewhere: Person;
let parent: Person;
let admin: Person;
let leo: Person;
let classId: string;
let groupId: string;
/** Children of the class who could be in a group. */
let free: string[];

interface GroupMember {
  readonly studentId: string;
  readonly state: string;
}
interface Listed {
  readonly hasBuddyGroups: boolean;
  readonly children: readonly { readonly studentId: string; readonly obstacle: string | null }[];
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly marbles: number;
    readonly members: readonly GroupMember[];
    readonly cheers: readonly { readonly id: string; readonly studentId: string }[];
  }[];
}

beforeAll(async () => {
  server = await startTestServer();
  const [school] = [...generateDemoSchools(new Date(), 'small')];
  const { children, classes, buddyGroups } = must(school, 'there is Oak Hill');
  classId = must(classes.find(({ code }) => code === 'WILLOW4'), 'there is 4 Willow').id; // prettier-ignore
  const group = must(buddyGroups[0], 'there is a buddy group');
  groupId = group.id;
  const signInOf = (studentId: string) => {
    const child = must(children.find(({ id }) => id === studentId), 'a buddy is a child'); // prettier-ignore
    return { classCode: 'WILLOW4', student: child.loginName, pictures: child.pictures.split('-').map(Number) };
  };
  const mayaId = must(children.find(({ firstName }) => firstName === 'Maya'), 'there is Maya').id; // prettier-ignore
  const other = must(group.members.find(({ studentId, joinedAt }) => joinedAt !== null && studentId !== mayaId), 'Maya has a buddy'); // prettier-ignore
  const asked = must(group.members.find(({ joinedAt }) => joinedAt === null), 'one is asked'); // prettier-ignore
  [maya, mate, invited, teacher, elsewhere, parent, admin, leo] = await Promise.all(
    [signIns.maya, signInOf(other.studentId), signInOf(asked.studentId), signIns.teacher, signIns.riversideTeacher, signIns.parent, signIns.admin, signIns.leo].map((who) =>
      Person.signIn(server.url, who),
    ),
  ) as [Person, Person, Person, Person, Person, Person, Person, Person]; // prettier-ignore
  free = (await list()).children.filter(({ obstacle }) => obstacle === null).map(({ studentId }) => studentId);
});
afterAll(() => server.stop());

const path = '/api/school/groups';
const ask = (person: Person) => person.send(`${path}?classId=${classId}`);
const list = async () => (await ask(teacher)).body as Listed;
const listed = async (id: string) => must((await list()).groups.find((group) => group.id === id), 'the group is listed'); // prettier-ignore
const tell = (person: Person, id: string, what: string, body: object = {}) => person.send(`${path}/${id}/${what}`, body);
const form = (studentIds: readonly string[], more: object = {}, person = teacher) =>
  person.send(path, { id: newId(), classId, name: 'Herons', studentIds, ...more });
const decide = (decision: string) =>
  parent.send('/api/privacy/consents', { id: newId(), studentId: maya.id, purpose: 'buddy_groups', noticeVersion: 1, decision });
const switchTo = (hasBuddyGroups: boolean) => admin.send('/api/school/settings', { hasBuddyGroups });

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
    groupId,
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
    const group = must(await groupOf(maya), 'Maya is in a group');
    const members = group['members'] as object[];
    expect(members.length).toBe(3);
    for (const member of members) expect(Object.keys(member).sort()).toEqual(['avatar', 'firstName', 'studentId']);
    expect(await membersSeenBy(mate)).toEqual(await membersSeenBy(maya));
    expect(JSON.stringify(await maya.pullAll('groups'))).not.toContain(invited.id);
  });

  test('waits for the yes of a child who is asked: told to that child alone, and nothing of the group', async () => {
    expect(await groupOf(invited)).toBeUndefined();
    expect((await invited.pullAll('cheers')).documents).toEqual([]);
    expect(await invitationOf(invited)).toEqual({ groupId, name: 'Otters' });
    expect(await invitationOf(maya)).toBeNull();
    expect(await invitationOf(invited, teacher)).toBeNull();
    expect(await invitationOf(maya, parent)).toBeNull();
  });

  test('lies on no device of staff, family or another child', async () => {
    for (const person of [teacher, elsewhere, parent, admin, leo])
      for (const collection of ['groups', 'cheers']) expect((await person.pullAll(collection)).documents).toEqual([]);
  });
});

describe('a cheer', () => {
  test('is a phrase to the buddies, who see it; again it is the same', async () => {
    const sent = cheer(maya);
    expect(await codesOf(maya, sent)).toEqual([]);
    expect(await codesOf(maya, sent)).toEqual([]);
    const seen = (await mate.pullAll('cheers')).documents.filter(({ id }) => id === sent.id);
    expect(seen).toMatchObject([{ groupId, studentId: maya.id, phrase: 3 }]);
  });

  test('comes from a member alone, in the own name, and is one of those there are', async () => {
    expect(await codesOf(maya, cheer(mate))).toEqual(['wrong_author']);
    expect(await codesOf(maya, cheer(maya, { phrase: 25 }), cheer(maya, { phrase: 0 }))).toEqual(['invalid_document', 'invalid_document']);
    expect(await codesOf(maya, cheer(maya, { text: 'hello' }))).toEqual(['invalid_document']);
    for (const person of [invited, leo, teacher, parent]) expect(await codesOf(person, cheer(person))).toEqual(['not_allowed']);
  });

  test('is one of ten a day: what is more is refused by its reason, and of another day it is taken', async () => {
    const yesterday = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const many = Array.from({ length: 11 }, () => cheer(mate));
    expect(await codesOf(mate, ...many)).toEqual(['too_many_cheers']);
    expect(await codesOf(mate, cheer(mate, { capturedAt: yesterday }))).toEqual([]);
  });
});

describe('a yes', () => {
  test('is the invited child’s alone to say', async () => {
    for (const person of [teacher, parent, leo, admin]) expect((await tell(person, groupId, 'join')).status).toBe(404);
    expect(await invitationOf(invited)).not.toBeNull();
  });

  test('brings the child in, for everybody’s devices, and once more changes nothing', async () => {
    const device = await deviceOf(maya, 'groups');
    expect((await tell(invited, groupId, 'join')).status).toBe(204);
    expect((await tell(invited, groupId, 'join')).status).toBe(204);
    expect(await membersSeenBy(invited)).toContain(invited.id);
    expect(await invitationOf(invited)).toBeNull();
    const [group] = await device();
    expect(JSON.stringify(group)).toContain(invited.id);
    expect(await codesOf(invited, cheer(invited))).toEqual([]);
  });
});

describe('consent', () => {
  test('that is withdrawn takes the child out at once, from others’ devices at their next contact, and given again brings it back', async () => {
    const groups = await deviceOf(mate, 'groups');
    const cheers = await deviceOf(mate, 'cheers');
    const own = await deviceOf(maya, 'groups');
    expect((await decide('withdrawn')).status).toBe(204);
    expect(await own()).toEqual([]);
    expect(JSON.stringify(await groups())).not.toContain(maya.id);
    // What was said stays with the group; whose it was does not.
    const said = await cheers();
    expect(said.filter(({ studentId }) => studentId === null).length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toContain(maya.id);
    expect(await codesOf(maya, cheer(maya))).toEqual(['not_allowed']);
    expect((await listed(groupId)).members).toContainEqual({ studentId: maya.id, state: 'hidden' });

    expect((await decide('given')).status).toBe(204);
    expect(await own()).toHaveLength(1);
    expect(JSON.stringify(await groups())).toContain(maya.id);
    expect(JSON.stringify(await cheers())).toContain(maya.id);
  });

  test('of the school: its switch takes all groups away, and brings them back', async () => {
    const groups = await deviceOf(mate, 'groups');
    const cheers = await deviceOf(mate, 'cheers');
    expect((await switchTo(false)).status).toBe(204);
    expect([await groups(), await cheers()]).toEqual([[], []]);
    expect((await list()).hasBuddyGroups).toBe(false);
    expect((await form(free.slice(0, 3))).status).toBe(409);
    expect((await switchTo(true)).status).toBe(204);
    expect(await groups()).toHaveLength(1);
  });
});

describe('the groups of a class', () => {
  let formed: string;

  test('are read, online, by whoever forms them, with every cheer; by nobody else', async () => {
    const { hasBuddyGroups, children, groups } = await list();
    expect(hasBuddyGroups).toBe(true);
    expect(new Set(children.map(({ obstacle }) => obstacle))).toEqual(new Set([null, 'no_consent', 'in_a_group']));
    expect(children).toContainEqual({ studentId: maya.id, obstacle: 'in_a_group' });
    expect(groups.map(({ name }) => name)).toEqual(['Otters']);
    expect(groups[0]?.cheers.map(({ studentId }) => studentId)).toContain(mate.id);
    expect(await Promise.all([elsewhere, parent, maya, leo].map(async (person) => (await ask(person)).status))).toEqual([
      404, 404, 404, 404,
    ]);
  });

  test('are formed of three or four children who may be in one, each of whom is asked', async () => {
    const id = (formed = newId());
    const three = free.slice(0, 3);
    expect((await form(three, { id })).status).toBe(204);
    // An answer that was lost: sent again it is the same group.
    expect((await form(three, { id })).status).toBe(204);
    const { name, members } = await listed(id);
    expect(name).toBe('Herons');
    expect(members.map(({ studentId }) => studentId).sort()).toEqual(three.toSorted());
    expect(new Set(members.map(({ state }) => state))).toEqual(new Set(['invited']));
  });

  test('are not formed otherwise, and then nothing of them is', async () => {
    const before = (await list()).groups.length;
    const noConsent = must((await list()).children.find(({ obstacle }) => obstacle === 'no_consent'), 'one family said no').studentId; // prettier-ignore
    const others = free.slice(3);
    const code = async (studentIds: readonly string[], more: object = {}) => {
      const { status, body } = await form(studentIds, more);
      return [status, (body as { code: string }).code];
    };
    expect(await code([...others.slice(0, 2), noConsent])).toEqual([409, 'group_not_formed']);
    expect(await code([...others.slice(0, 2), maya.id])).toEqual([409, 'group_not_formed']);
    expect(await code([...others.slice(0, 2), leo.id])).toEqual([409, 'group_not_formed']);
    expect(await code(others.slice(0, 2))).toEqual([400, 'invalid_request']);
    expect(await code(others.slice(0, 5))).toEqual([400, 'invalid_request']);
    expect(await code(others.slice(0, 3), { name: ' ' })).toEqual([400, 'invalid_request']);
    for (const person of [elsewhere, parent, maya]) expect((await form(others.slice(0, 3), {}, person)).status).toBe(404);
    expect((await list()).groups.length).toBe(before);
  });

  test('take one more where there is room, another name, and an end; of none but whoever forms them', async () => {
    const [, , , next, last] = free;
    for (const person of [elsewhere, parent, maya])
      for (const [what, body] of [['invite', { studentId: next }], ['rename', { name: 'Geese' }], ['dissolve', {}]] as const)
        expect((await tell(person, formed, what, body)).status).toBe(404); // prettier-ignore
    expect((await tell(teacher, formed, 'invite', { studentId: next })).status).toBe(204);
    expect((await tell(teacher, formed, 'invite', { studentId: last })).status).toBe(409);
    expect((await tell(teacher, formed, 'rename', { name: ' Geese ' })).status).toBe(204);
    expect(await listed(formed)).toMatchObject({ name: 'Geese', members: { length: 4 } });
    expect((await tell(teacher, formed, 'dissolve')).status).toBe(204);
    const { groups, children } = await list();
    expect(groups.map(({ id }) => id)).not.toContain(formed);
    expect(children.filter(({ studentId }) => free.slice(0, 4).includes(studentId)).every(({ obstacle }) => obstacle === null)).toBe(true);
    expect((await tell(teacher, formed, 'invite', { studentId: last })).status).toBe(404);
  });
});

describe('the jar', () => {
  /** Homework of the mate’s on a day that has none yet, in a week that has not brought all its marbles. */
  async function logOnAnotherDay(): Promise<void> {
    const clubId = String((await mate.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.['id']);
    const [unused] = await server.sql<{ day: string }[]>`
      select day::date::text as day from generate_series(current_date - 16, current_date, '1 day') day
      where day >= (select joined_at::date from buddy_group_students where group_id = ${groupId} and student_id = ${mate.id})
        and not exists (select from homework_completions where student_id = ${mate.id} and effective_date = day::date)
        and (select count(*) from homework_completions where student_id = ${mate.id}
          and date_trunc('week', effective_date) = date_trunc('week', day)) < 5
      order by day desc limit 1`;
    const { day } = must(unused, 'there is a day without homework');
    const done = completion(mate.id, clubId, { completionDate: day, capturedAt: `${day}T16:00:00.000Z` });
    await mate.push('completions', [{ newDocumentState: done }]);
  }
  const marbles = async () => (await listed(groupId)).marbles;
  const hasBadge = async (child: Person) => {
    const [own] = (await child.pullAll('progress')).documents;
    return 'team_jar' in Object(own?.['badges']);
  };

  test('takes a marble for a day on which a member did homework, and never tells whose', async () => {
    const before = await marbles();
    await logOnAnotherDay();
    await expect.poll(marbles, { timeout: 10_000 }).toBe(before + 1);
    const seen = must(await groupOf(maya), 'Maya is in a group');
    expect(seen['marbles']).toBe(before + 1);
    expect(Object.keys(seen).sort()).toEqual(['_deleted', 'id', 'marbles', 'members', 'name', 'version']);
  });

  test('that is full brings its badge to everybody who belonged to it, and to nobody else', async () => {
    await server.sql`update buddy_groups set jar = ${jarSize - 1} where id = ${groupId}`;
    expect(await Promise.all([maya, mate, invited, leo].map(hasBadge))).toEqual([false, false, false, false]);
    await logOnAnotherDay();
    await expect.poll(() => Promise.all([maya, mate, invited].map(hasBadge)), { timeout: 10_000 }).toEqual([true, true, true]);
    expect(await marbles()).toBe(jarSize);
    expect(await hasBadge(leo)).toBe(false);
  });
});

describe('whoever leaves', () => {
  test('is gone from the others’ devices without a word, and does not come back', async () => {
    const groups = await deviceOf(maya, 'groups');
    const notices = (await maya.pullAll('notices')).documents.length;
    for (const person of [teacher, parent, leo]) expect((await tell(person, groupId, 'leave')).status).toBe(404);
    expect((await tell(mate, groupId, 'leave')).status).toBe(204);
    expect((await tell(mate, groupId, 'leave')).status).toBe(204);
    expect(await groupOf(mate)).toBeUndefined();
    expect(JSON.stringify(await groups())).not.toContain(mate.id);
    expect((await maya.pullAll('notices')).documents.length).toBe(notices);
    expect((await tell(mate, groupId, 'join')).status).toBe(404);
    expect((await listed(groupId)).members.map(({ studentId }) => studentId)).not.toContain(mate.id);
  });

  test('a group that has ended is on nobody’s device', async () => {
    const groups = await deviceOf(maya, 'groups');
    const cheers = await deviceOf(maya, 'cheers');
    expect((await tell(teacher, groupId, 'dissolve')).status).toBe(204);
    expect([await groups(), await cheers()]).toEqual([[], []]);
    expect(await codesOf(maya, cheer(maya))).toEqual(['not_allowed']);
  });
});
