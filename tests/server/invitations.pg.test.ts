import { beforeAll, describe, expect, test } from 'vitest';
import { codeLength, codeLetters } from '#domain/invitations/code.ts';
import { must } from '#domain/must.ts';
import { add, issue, JoiningScene, newcomer, revoke, statusAndCode, usual, type Letter } from './joining-scene.ts';
import { completion, newId, send, type Person } from './person.ts';

/** The letters with which a school asks parents in, and how it lets them out. */

const scene = JoiningScene.open();
let willow: string;
beforeAll(async () => {
  const [membership] = await scene.server.sql`select class_id from class_students where student_id = ${scene.maya.id} and is_current`;
  willow = String(membership?.['class_id']);
});

const end = (who: Person, guardianship: string) => who.send(`/api/school/guardianships/${guardianship}/end`, {});
const notFound = { status: 404, code: 'not_found' };

describe('a letter', () => {
  test('is for one child, with a code that the database does not hold', async () => {
    const [one, other, brother] = (await scene.lettersFor([scene.maya.id, scene.leo.id, scene.maya.id], { copies: 2 })) as [
      Letter,
      Letter,
      Letter,
      Letter,
    ];
    expect([one.studentId, other.studentId, brother.studentId]).toEqual([scene.maya.id, scene.maya.id, scene.leo.id]);
    expect(one).toMatchObject({ firstName: 'Maya' });
    expect(one.code).toMatch(new RegExp(`^[${codeLetters}]{${String(codeLength)}}$`));
    expect(one.code).not.toBe(other.code);
    const days = (Date.parse(one.expiresAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    const [kept] = await scene.server.sql<{ text: string }[]>`
      select concat(invitations::text, encode(code_hash, 'hex')) as text from invitations where id = ${one.id}`;
    expect(kept?.text).not.toContain(one.code);
    // Found again by a keyed hash alone.
    expect(await scene.server.sql`select code_hash from invitations where id = ${one.id}`).toEqual([
      { code_hash: await scene.server.keyring.lookupHash('invitation', one.code) },
    ]);
    expect(JSON.stringify((await scene.admin.send('/api/school/invitations')).body)).not.toContain(one.code);
  });

  test('tells whoever finds it what it says itself, and nothing else', async () => {
    const { code } = await scene.letterFor(scene.maya);
    const { status, body } = await scene.look(code.toLowerCase().replace(/(.{4})/g, '$1 '));
    expect(status).toBe(200);
    expect(body).toEqual({ schoolName: 'Oak Hill Primary School', firstName: 'Maya' });
    expect((await scene.look(code)).status).toBe(200);
  });

  test('is made by whoever may invite, for children of the own school who are there, or for none of them', async () => {
    const before = (await scene.listed()).length;
    const [gone] = await scene.server.sql<{ id: string }[]>`
      update students set left_on = current_date - 2 where id = (
        select student_id from class_students where class_id = ${willow} and is_current and student_id <> ${scene.maya.id} limit 1) returning id`;
    const goneId = must(gone, 'a class has more children than one').id;
    for (const [who, ids] of [
      [scene.teacher, [scene.maya.id]],
      [scene.parent, [scene.maya.id]],
      [scene.maya, [scene.maya.id]],
      [scene.riversideAdmin, [scene.maya.id]],
      [scene.admin, [scene.maya.id, newId()]],
      [scene.admin, [scene.maya.id, scene.teacher.id]],
      [scene.admin, [scene.maya.id, goneId]],
    ] as const)
      expect(statusAndCode(await issue(who, ids))).toEqual(notFound);
    await scene.server.sql`update students set left_on = null where id = ${goneId}`;
    expect(await scene.listed()).toHaveLength(before);
    for (const body of [
      {},
      { studentIds: [] },
      { studentIds: [scene.maya.id] },
      { studentIds: ['x'], ...usual },
      { studentIds: [scene.maya.id], ...usual, copies: 9 },
    ])
      expect((await scene.admin.send('/api/school/invitations', body)).status).toBe(400);
    expect((await send(scene.server.url, '/api/school/invitations')).status).toBe(401);
  });

  test('is listed for whoever may invite, and for nobody else', async () => {
    const { id } = await scene.letterFor(scene.maya);
    expect((await scene.listed())[0]).toMatchObject({
      id,
      childName: 'Maya Rahman',
      className: '4 Willow',
      state: 'open',
      usedByName: null,
    });
    for (const who of [scene.teacher, scene.parent, scene.maya])
      expect(statusAndCode(await who.send('/api/school/invitations'))).toEqual(notFound);
    expect((await scene.listed(scene.riversideAdmin)).map((one) => one.id)).not.toContain(id);
    const [read] = await scene.server.sql`
      select user_id from audit_log where action = 'READ' and entity_type = 'invitations' order by timestamp desc limit 1`;
    expect(read).toEqual({ user_id: scene.riversideAdmin.id });
  });
});

describe('the school', () => {
  test('ends letters that nobody has used, its own alone, and all or none', async () => {
    const [one, other] = (await scene.lettersFor([scene.maya.id], { copies: 2 })) as [Letter, Letter];
    for (const who of [scene.teacher, scene.parent, scene.riversideAdmin])
      expect(statusAndCode(await revoke(who, one.id))).toEqual(notFound);
    expect(statusAndCode(await revoke(scene.admin, one.id, newId()))).toEqual(notFound);
    expect(await scene.stateOf(one.id)).toBe('open');
    await scene.join(other.code);
    expect((await revoke(scene.admin, one.id, other.id)).status).toBe(204);
    expect((await revoke(scene.admin, one.id)).status).toBe(204);
    expect([await scene.stateOf(one.id), await scene.stateOf(other.id)]).toEqual(['revoked', 'used']);
  });

  test('sees who belongs to the children of a class, and ends a link, which devices hear of at their next contact', async () => {
    const who = newcomer();
    await scene.join((await scene.letterFor(scene.maya)).code, who);
    const joined = await scene.signIn(who);
    const { checkpoint } = await joined.pullAll('people');
    const read = (by: Person, classId = willow) => by.send(`/api/school/invitations/children?classId=${classId}`);
    const { body } = await read(scene.admin);
    const { children } = body as {
      children: { studentId: string; openLetters: number; guardians: { guardianshipId: string; name: string }[] }[];
    };
    const family = must(
      children.find(({ studentId }) => studentId === scene.maya.id),
      'Maya is of the class',
    ).guardians;
    const link = must(
      family.find(({ name }) => name === who.name),
      'who has joined is listed',
    ).guardianshipId;
    expect(family.map(({ name }) => name)).toContain('Nadia Rahman');
    for (const by of [scene.teacher, scene.parent, scene.maya, scene.riversideAdmin]) {
      expect(statusAndCode(await read(by))).toEqual(notFound);
      expect(statusAndCode(await end(by, link))).toEqual(notFound);
    }
    expect((await scene.admin.send('/api/school/invitations/children')).status).toBe(400);
    expect(statusAndCode(await end(scene.admin, newId()))).toEqual(notFound);
    expect(statusAndCode(await end(scene.admin, 'x'))).toEqual(notFound);

    expect((await end(scene.admin, link)).status).toBe(204);
    expect(statusAndCode(await end(scene.admin, link))).toEqual(notFound);
    // What the device held goes at the next contact, and nothing is taken from it any more. The account itself stays.
    const after = await joined.pullAll('people', checkpoint);
    expect(JSON.stringify(after)).not.toContain('Maya');
    expect((await joined.push('completions', [{ newDocumentState: completion(scene.maya.id, scene.club) }])).rejections).toMatchObject([
      { code: 'not_allowed' },
    ]);
    const session = (await joined.send('/api/auth/session')).body as { access: Record<string, string[]> };
    expect(session.access['student.read'] ?? []).toEqual([]);
    expect((await scene.parent.pullAll('people')).documents.map(({ displayName }) => displayName)).toContain('Maya Rahman');

    // Invited anew on the same day, they have what this letter says.
    const anew = await scene.letterFor(scene.maya, { hasParentalResponsibility: false });
    expect((await add(joined, anew.code)).status).toBe(204);
    expect(await scene.linksOf(joined.id)).toMatchObject([{ is_current: true, has_parental_responsibility: false, relationship: 'carer' }]);
  });
});
