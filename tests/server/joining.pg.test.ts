import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeLength, codeLetters } from '#domain/invitations/code.ts';
import { must } from '#domain/must.ts';
import { usualAllowances } from '#server/auth/limits.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, send, signIns, type Answer } from './person.ts';

/** Parents who come with a printed code, and the school that lets them in and out. */

let server: TestServer;
let admin: Person;
let teacher: Person;
let parent: Person;
let maya: Person;
let leo: Person;
let riversideAdmin: Person;
let willow: string;
let club: string;

beforeAll(async () => {
  // The codes of this file come from one address.
  server = await startTestServer({ allowances: { ...usualAllowances, joiningAddress: { tries: 500, seconds: 600 } } });
  const people = await Promise.all(
    (['admin', 'teacher', 'parent', 'maya', 'leo', 'riversideAdmin'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  );
  [admin, teacher, parent, maya, leo, riversideAdmin] = people as [Person, Person, Person, Person, Person, Person];
  const [membership] = await server.sql`select class_id from class_students where student_id = ${maya.id} and is_current`;
  willow = String(membership?.['class_id']);
  club = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
});
afterAll(() => server.stop());

interface Letter {
  readonly id: string;
  readonly studentId: string;
  readonly firstName: string;
  readonly code: string;
  readonly expiresAt: string;
}
interface Listed {
  readonly id: string;
  readonly studentId: string;
  readonly state: string;
  readonly childName: string | null;
  readonly className: string | null;
  readonly usedByName: string | null;
}

const usual = { copies: 1, hasParentalResponsibility: true, isPrimaryContact: false };
const issue = (who: Person, studentIds: readonly string[], fields: object = {}) =>
  who.send('/api/school/invitations', { studentIds, ...usual, ...fields });
const revoke = (who: Person, ...ids: string[]) => who.send('/api/school/invitations/revoke', { ids });
const end = (who: Person, guardianship: string) => who.send(`/api/school/guardianships/${guardianship}/end`, {});
const look = (code: string, url = server.url) => send(url, '/api/auth/join/look', { body: { code } });
const add = (who: Person, code: string) => who.send('/api/auth/join/add', { code, relationship: 'carer' });

let count = 0;
const newcomer = (fields: object = {}) => {
  count++;
  const email = `new${String(count)}@family.example`;
  return { name: `Nia Parry ${String(count)}`, email, password: 'three wet otters', relationship: 'mother', ...fields };
};
const join = (code: string, who: object = newcomer(), url = server.url) => send(url, '/api/auth/join', { body: { code, ...who } });
const signIn = ({ email }: { email: string }) => Person.signIn(server.url, { school: 'oak-hill', email, password: 'three wet otters' });

async function lettersFor(studentIds: readonly string[], fields: object = {}, who = admin): Promise<Letter[]> {
  const { status, body } = await issue(who, studentIds, fields);
  expect(status).toBe(201);
  return (body as { letters: Letter[] }).letters;
}
const letterFor = async (child: Person, fields: object = {}) => must((await lettersFor([child.id], fields))[0], 'a letter a child');
async function listed(who = admin): Promise<Listed[]> {
  const { body } = await who.send('/api/school/invitations');
  return (body as { invitations: Listed[] }).invitations;
}
const stateOf = async (id: string) => (await listed()).find((one) => one.id === id)?.state;
const linksOf = (parentId: string) => server.sql`
  select student_id, relationship, has_parental_responsibility, is_primary_contact, is_current from parent_students where parent_id = ${parentId}`;
const statusAndCode = ({ status, body }: Answer) => ({ status, code: (body as { code?: string }).code });
const failed = { status: 422, code: 'join_failed' };
const notFound = { status: 404, code: 'not_found' };

describe('a letter', () => {
  test('is for one child, with a code that the database does not hold', async () => {
    const [one, other, brother] = (await lettersFor([maya.id, leo.id, maya.id], { copies: 2 })) as [Letter, Letter, Letter, Letter];
    expect([one.studentId, other.studentId, brother.studentId]).toEqual([maya.id, maya.id, leo.id]);
    expect(one).toMatchObject({ firstName: 'Maya' });
    expect(one.code).toMatch(new RegExp(`^[${codeLetters}]{${String(codeLength)}}$`));
    expect(one.code).not.toBe(other.code);
    const days = (Date.parse(one.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    const [kept] = await server.sql<{ text: string }[]>`
      select concat(invitations::text, encode(code_hash, 'hex')) as text from invitations where id = ${one.id}`;
    expect(kept?.text).not.toContain(one.code);
    // Found again by a keyed hash alone.
    expect(await server.sql`select code_hash from invitations where id = ${one.id}`).toEqual([
      { code_hash: await server.keyring.lookupHash('invitation', one.code) },
    ]);
    expect(JSON.stringify((await admin.send('/api/school/invitations')).body)).not.toContain(one.code);
  });

  test('tells whoever finds it what it says itself, and nothing else', async () => {
    const { code } = await letterFor(maya);
    const { status, body } = await look(code.toLowerCase().replace(/(.{4})/g, '$1 '));
    expect(status).toBe(200);
    expect(body).toEqual({ schoolName: 'Oak Hill Primary School', firstName: 'Maya' });
    expect((await look(code)).status).toBe(200);
  });

  test('is made by whoever may invite, for children of the own school who are there, or for none of them', async () => {
    const before = (await listed()).length;
    const [gone] = await server.sql<{ id: string }[]>`
      update students set left_on = current_date - 2 where id = (
        select student_id from class_students where class_id = ${willow} and is_current and student_id <> ${maya.id} limit 1) returning id`;
    const goneId = must(gone, 'a class has more children than one').id;
    for (const [who, ids] of [
      [teacher, [maya.id]],
      [parent, [maya.id]],
      [maya, [maya.id]],
      [riversideAdmin, [maya.id]],
      [admin, [maya.id, newId()]],
      [admin, [maya.id, teacher.id]],
      [admin, [maya.id, goneId]],
    ] as const)
      expect(statusAndCode(await issue(who, ids))).toEqual(notFound);
    await server.sql`update students set left_on = null where id = ${goneId}`;
    expect(await listed()).toHaveLength(before);
    for (const body of [
      {},
      { studentIds: [] },
      { studentIds: [maya.id] },
      { studentIds: ['x'], ...usual },
      { studentIds: [maya.id], ...usual, copies: 9 },
    ])
      expect((await admin.send('/api/school/invitations', body)).status).toBe(400);
    expect((await send(server.url, '/api/school/invitations')).status).toBe(401);
  });

  test('is listed for whoever may invite, and for nobody else', async () => {
    const { id } = await letterFor(maya);
    expect((await listed())[0]).toMatchObject({ id, childName: 'Maya Rahman', className: '4 Willow', state: 'open', usedByName: null });
    for (const who of [teacher, parent, maya]) expect(statusAndCode(await who.send('/api/school/invitations'))).toEqual(notFound);
    expect((await listed(riversideAdmin)).map((one) => one.id)).not.toContain(id);
    const [read] = await server.sql`
      select user_id from audit_log where action = 'READ' and entity_type = 'invitations' order by timestamp desc limit 1`;
    expect(read).toEqual({ user_id: riversideAdmin.id });
  });
});

describe('a parent with a letter', () => {
  test('gets an account with the child, and with the rights that the school has said', async () => {
    const { id, code } = await letterFor(maya, { hasParentalResponsibility: true, isPrimaryContact: true });
    const who = newcomer();
    const { status, body } = await join(code, who);
    expect([status, body]).toEqual([201, { school: 'oak-hill' }]);
    const joined = await signIn(who);
    expect(joined.signedIn.user).toMatchObject({ kind: 'parent', displayName: who.name });
    expect(joined.signedIn.access['student.read']).toEqual([maya.id]);
    expect(await linksOf(joined.id)).toEqual([
      { student_id: maya.id, relationship: 'mother', has_parental_responsibility: true, is_primary_contact: true, is_current: true },
    ]);
    expect((await joined.pullAll('people')).documents.map(({ displayName }) => displayName)).toContain('Maya Rahman');
    expect((await joined.push('completions', [{ newDocumentState: completion(maya.id, club) }])).rejections).toEqual([]);
    const consent = { id: newId(), studentId: maya.id, purpose: 'photo', noticeVersion: 1, decision: 'given' };
    expect((await joined.send('/api/privacy/consents', consent)).status).toBe(204);
    expect((await listed()).find((one) => one.id === id)).toMatchObject({ state: 'used', usedByName: who.name });
    // Name and address are sealed, and what was done is in the audit log.
    const [row] = await server.sql<{ text: string }[]>`select users::text as text from users where id = ${joined.id}`;
    for (const plain of [who.name, who.email]) expect(row?.text).not.toContain(plain);
    const log = await server.sql<{ entity_type: string; action: string }[]>`
      select entity_type, action from audit_log where subject_id = ${joined.id} or entity_id = ${id}`;
    expect(log).toEqual(
      expect.arrayContaining([
        { entity_type: 'users', action: 'CREATE' },
        { entity_type: 'invitations', action: 'UPDATE' },
      ]),
    );
  });

  test('decides nothing about consents where the school has not said so, whatever they say of themselves', async () => {
    const { code } = await letterFor(leo, { hasParentalResponsibility: false });
    const who = newcomer();
    expect((await join(code, { ...who, hasParentalResponsibility: true })).status).toBe(400);
    expect((await join(code, who)).status).toBe(201);
    const joined = await signIn(who);
    expect(await linksOf(joined.id)).toMatchObject([{ student_id: leo.id, has_parental_responsibility: false, is_primary_contact: false }]);
    const consent = { id: newId(), studentId: leo.id, purpose: 'photo', noticeVersion: 1, decision: 'given' };
    expect((await joined.send('/api/privacy/consents', consent)).status).toBe(404);
  });

  test('uses the code once: of six at the same moment one has joined, and nothing is left of the others', async () => {
    const { code } = await letterFor(maya);
    const rivals = Array.from({ length: 6 }, () => newcomer());
    const before = await server.sql`select id from users where kind = 'parent'`;
    const answers = await Promise.all([...rivals.map((who) => join(code, who)), add(parent, code)]);
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    for (const answer of answers.slice(0, 6).filter(({ status }) => status !== 201)) expect(statusAndCode(answer)).toEqual(failed);
    expect(await server.sql`select id from users where kind = 'parent'`).toHaveLength(before.length + 1);
    expect(statusAndCode(await look(code))).toEqual(failed);
    expect(statusAndCode(await join(code))).toEqual(failed);
  });

  test('is refused in one wording, whatever is wrong, and nothing comes of it', async () => {
    const [used, revoked, expired, ofSchool, ofChild, good] = await Promise.all([1, 2, 3, 4, 5, 6].map(() => letterFor(leo)));
    const code = (letter: Letter | undefined) => must(letter, 'six letters').code;
    expect((await join(code(used))).status).toBe(201);
    expect((await revoke(admin, must(revoked, 'six letters').id)).status).toBe(204);
    await server.sql`update invitations set created_at = now() - interval '31 days', expires_at = now() - interval '1 day' where id = ${must(expired, 'six letters').id}`;
    const before = await server.sql`select id from users`;
    const answers: Answer[] = [];
    const tryAll = async (letter: string) => answers.push(await look(letter), await join(letter), await add(parent, letter));
    for (const letter of [code(used), code(revoked), code(expired), 'AAAABBBBCCCC', 'x', '', "' or true --"]) await tryAll(letter);
    await server.sql`update schools set status = 'suspended' where slug = 'oak-hill'`;
    answers.push(await look(code(ofSchool)), await join(code(ofSchool)));
    await server.sql`update schools set status = 'active' where slug = 'oak-hill'`;
    await server.sql`update users set status = 'suspended' where id = ${leo.id}`;
    await tryAll(code(ofChild));
    await server.sql`update users set status = 'active' where id = ${leo.id}`;
    await server.sql`update students set left_on = current_date - 2 where id = ${leo.id}`;
    await tryAll(code(ofChild));
    await server.sql`update students set left_on = null where id = ${leo.id}`;
    // An address that has an account already: a parent's, a teacher's, in capitals.
    for (const email of [signIns.parent.email, signIns.teacher.email, signIns.parent.email.toUpperCase()])
      answers.push(await join(code(good), newcomer({ email })));
    for (const answer of answers) {
      expect(statusAndCode(answer)).toEqual(failed);
      expect(answer.body).toEqual(answers[0]?.body);
    }
    expect(await server.sql`select id from users`).toHaveLength(before.length);
    // What was refused has used nothing up; the same address is somebody else's at another school.
    expect((await look(code(good))).status).toBe(200);
    const [child] = await server.sql<{ id: string }[]>`
      select id from students where school_id = ${riversideAdmin.signedIn.user.schoolId} limit 1`;
    const [elsewhere] = await lettersFor([must(child, 'Riverside has children').id], {}, riversideAdmin);
    expect((await join(must(elsewhere, 'a letter').code, newcomer({ email: signIns.parent.email }))).body).toEqual({ school: 'riverside' });
  });

  test('chooses a password that is long and not what everybody tries or knows', async () => {
    const { code } = await letterFor(maya);
    for (const password of ['short', 'password123', 'Oak Hill Primary School'])
      expect(statusAndCode(await join(code, newcomer({ password })))).toEqual({ status: 422, code: 'password_too_plain' });
    for (const field of [{ email: 'nobody' }, { name: ' ' }, { relationship: 'king' }, { password: 7 }])
      expect((await join(code, newcomer(field))).status).toBe(400);
    expect((await look(code)).status).toBe(200);
  });

  test('who has an account adds a child to it; whoever is no parent, or of another school, does not', async () => {
    const { id, code } = await letterFor(leo, { hasParentalResponsibility: false });
    for (const who of [teacher, admin, maya, riversideAdmin]) expect(statusAndCode(await add(who, code))).toEqual(failed);
    expect((await send(server.url, '/api/auth/join/add', { body: { code, relationship: 'carer' } })).status).toBe(401);
    const { code: first } = await letterFor(maya);
    const who = newcomer();
    await join(first, who);
    const joined = await signIn(who);
    expect((await add(joined, code)).status).toBe(204);
    expect((await linksOf(joined.id)).map((link) => String(link['student_id'])).sort()).toEqual([maya.id, leo.id].sort());
    expect((await joined.pullAll('people')).documents.map(({ studentId }) => studentId)).toContain(leo.id);
    expect(await stateOf(id)).toBe('used');
  });

  test('who belongs to the child already gains no right by another letter, which stays good', async () => {
    const { code } = await letterFor(maya, { hasParentalResponsibility: false });
    const who = newcomer();
    await join(code, who);
    const joined = await signIn(who);
    const second = await letterFor(maya, { hasParentalResponsibility: true, isPrimaryContact: true });
    expect(statusAndCode(await add(joined, second.code))).toEqual({ status: 422, code: 'already_joined' });
    expect(await linksOf(joined.id)).toMatchObject([{ has_parental_responsibility: false, is_primary_contact: false }]);
    expect(await stateOf(second.id)).toBe('open');
  });

  test('is held up after ten tries at one code, and after many from one address', async () => {
    const another = await server.another({ allowances: { ...usualAllowances, joiningAddress: { tries: 14, seconds: 600 } } });
    for (let tries = 0; tries < 10; tries++) expect((await look('AAAABBBBCCCC', another.url)).status).toBe(422);
    const held = await look('aaaa-bbbb-cccc', another.url);
    expect([held.status, Number(held.headers.get('retry-after'))]).toEqual([429, expect.any(Number) as number]);
    // A code that opens gives its tries back; ten and one are spent.
    const { code } = await letterFor(maya);
    for (let tries = 0; tries < 12; tries++) expect((await look(code, another.url)).status).toBe(200);
    for (const other of ['AAAABBBBCCCD', 'AAAABBBBCCCE', 'AAAABBBBCCCF']) expect((await look(other, another.url)).status).toBe(422);
    expect((await look(code, another.url)).status).toBe(429);
    expect((await join(code, newcomer(), another.url)).status).toBe(429);
    await another.stop();
  });
});

describe('the school', () => {
  test('ends letters that nobody has used, its own alone, and all or none', async () => {
    const [one, other] = (await lettersFor([maya.id], { copies: 2 })) as [Letter, Letter];
    for (const who of [teacher, parent, riversideAdmin]) expect(statusAndCode(await revoke(who, one.id))).toEqual(notFound);
    expect(statusAndCode(await revoke(admin, one.id, newId()))).toEqual(notFound);
    expect(await stateOf(one.id)).toBe('open');
    await join(other.code);
    expect((await revoke(admin, one.id, other.id)).status).toBe(204);
    expect((await revoke(admin, one.id)).status).toBe(204);
    expect([await stateOf(one.id), await stateOf(other.id)]).toEqual(['revoked', 'used']);
  });

  test('sees who belongs to the children of a class, and ends a link, which devices hear of at their next contact', async () => {
    const who = newcomer();
    await join((await letterFor(maya)).code, who);
    const joined = await signIn(who);
    const { checkpoint } = await joined.pullAll('people');
    const read = (by: Person, classId = willow) => by.send(`/api/school/invitations/children?classId=${classId}`);
    const { body } = await read(admin);
    const { children } = body as {
      children: { studentId: string; openLetters: number; guardians: { guardianshipId: string; name: string }[] }[];
    };
    const family = must(
      children.find(({ studentId }) => studentId === maya.id),
      'Maya is of the class',
    ).guardians;
    const link = must(
      family.find(({ name }) => name === who.name),
      'who has joined is listed',
    ).guardianshipId;
    expect(family.map(({ name }) => name)).toContain('Nadia Rahman');
    for (const by of [teacher, parent, maya, riversideAdmin]) {
      expect(statusAndCode(await read(by))).toEqual(notFound);
      expect(statusAndCode(await end(by, link))).toEqual(notFound);
    }
    expect((await admin.send('/api/school/invitations/children')).status).toBe(400);
    expect(statusAndCode(await end(admin, newId()))).toEqual(notFound);
    expect(statusAndCode(await end(admin, 'x'))).toEqual(notFound);

    expect((await end(admin, link)).status).toBe(204);
    expect(statusAndCode(await end(admin, link))).toEqual(notFound);
    // What the device held goes at the next contact, and nothing is taken from it any more. The account itself stays.
    const after = await joined.pullAll('people', checkpoint);
    expect(JSON.stringify(after)).not.toContain('Maya');
    expect((await joined.push('completions', [{ newDocumentState: completion(maya.id, club) }])).rejections).toMatchObject([
      { code: 'not_allowed' },
    ]);
    const session = (await joined.send('/api/auth/session')).body as { access: Record<string, string[]> };
    expect(session.access['student.read'] ?? []).toEqual([]);
    expect((await parent.pullAll('people')).documents.map(({ displayName }) => displayName)).toContain('Maya Rahman');

    // Invited anew on the same day, they have what this letter says.
    const anew = await letterFor(maya, { hasParentalResponsibility: false });
    expect((await add(joined, anew.code)).status).toBe(204);
    expect(await linksOf(joined.id)).toMatchObject([{ is_current: true, has_parental_responsibility: false, relationship: 'carer' }]);
  });
});
