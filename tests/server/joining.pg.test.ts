import { describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import { usualAllowances } from '#server/auth/limits.ts';
import { add, JoiningScene, newcomer, revoke, statusAndCode, type Letter } from './joining-scene.ts';
import { completion, newId, send, signIns, type Answer } from './person.ts';

/** Parents who come with a printed code. */

const scene = JoiningScene.open();

const failed = { status: 422, code: 'join_failed' };

describe('a parent with a letter', () => {
  test('gets an account with the child, and with the rights that the school has said', async () => {
    const { id, code } = await scene.letterFor(scene.maya, { hasParentalResponsibility: true, isPrimaryContact: true });
    const who = newcomer();
    const { status, body } = await scene.join(code, who);
    expect([status, body]).toEqual([201, { school: 'oak-hill' }]);
    const joined = await scene.signIn(who);
    expect(joined.signedIn.user).toMatchObject({ kind: 'parent', displayName: who.name });
    expect(joined.signedIn.access['student.read']).toEqual([scene.maya.id]);
    expect(await scene.linksOf(joined.id)).toEqual([
      { student_id: scene.maya.id, relationship: 'mother', has_parental_responsibility: true, is_primary_contact: true, is_current: true },
    ]);
    expect((await joined.pullAll('people')).documents.map(({ displayName }) => displayName)).toContain('Maya Rahman');
    expect((await joined.push('completions', [{ newDocumentState: completion(scene.maya.id, scene.club) }])).rejections).toEqual([]);
    const consent = { id: newId(), studentId: scene.maya.id, purpose: 'photo', noticeVersion: 1, decision: 'given' };
    expect((await joined.send('/api/privacy/consents', consent)).status).toBe(204);
    expect((await scene.listed()).find((one) => one.id === id)).toMatchObject({ state: 'used', usedByName: who.name });
    // Name and address are sealed, and what was done is in the audit log.
    const [row] = await scene.server.sql<{ text: string }[]>`select users::text as text from users where id = ${joined.id}`;
    for (const plain of [who.name, who.email]) expect(row?.text).not.toContain(plain);
    const log = await scene.server.sql<{ entity_type: string; action: string }[]>`
      select entity_type, action from audit_log where subject_id = ${joined.id} or entity_id = ${id}`;
    expect(log).toEqual(
      expect.arrayContaining([
        { entity_type: 'users', action: 'CREATE' },
        { entity_type: 'invitations', action: 'UPDATE' },
      ]),
    );
  });

  test('decides nothing about consents where the school has not said so, whatever they say of themselves', async () => {
    const { code } = await scene.letterFor(scene.leo, { hasParentalResponsibility: false });
    const who = newcomer();
    expect((await scene.join(code, { ...who, hasParentalResponsibility: true })).status).toBe(400);
    expect((await scene.join(code, who)).status).toBe(201);
    const joined = await scene.signIn(who);
    expect(await scene.linksOf(joined.id)).toMatchObject([
      { student_id: scene.leo.id, has_parental_responsibility: false, is_primary_contact: false },
    ]);
    const consent = { id: newId(), studentId: scene.leo.id, purpose: 'photo', noticeVersion: 1, decision: 'given' };
    expect((await joined.send('/api/privacy/consents', consent)).status).toBe(404);
  });

  test('uses the code once: of six at the same moment one has joined, and nothing is left of the others', async () => {
    const { code } = await scene.letterFor(scene.maya);
    const rivals = Array.from({ length: 6 }, () => newcomer());
    const before = await scene.server.sql`select id from users where kind = 'parent'`;
    const answers = await Promise.all([...rivals.map((who) => scene.join(code, who)), add(scene.parent, code)]);
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    for (const answer of answers.slice(0, 6).filter(({ status }) => status !== 201)) expect(statusAndCode(answer)).toEqual(failed);
    expect(await scene.server.sql`select id from users where kind = 'parent'`).toHaveLength(before.length + 1);
    expect(statusAndCode(await scene.look(code))).toEqual(failed);
    expect(statusAndCode(await scene.join(code))).toEqual(failed);
  });

  test('is refused in one wording, whatever is wrong, and nothing comes of it', async () => {
    const [used, revoked, expired, ofSchool, ofChild, good] = await Promise.all([1, 2, 3, 4, 5, 6].map(() => scene.letterFor(scene.leo)));
    const code = (letter: Letter | undefined) => must(letter, 'six letters').code;
    expect((await scene.join(code(used))).status).toBe(201);
    expect((await revoke(scene.admin, must(revoked, 'six letters').id)).status).toBe(204);
    await scene.server
      .sql`update invitations set created_at = now() - interval '31 days', expires_at = now() - interval '1 day' where id = ${must(expired, 'six letters').id}`;
    const before = await scene.server.sql`select id from users`;
    const answers: Answer[] = [];
    const tryAll = async (letter: string) =>
      answers.push(await scene.look(letter), await scene.join(letter), await add(scene.parent, letter));
    for (const letter of [code(used), code(revoked), code(expired), 'AAAABBBBCCCC', 'x', '', "' or true --"]) await tryAll(letter);
    await scene.server.sql`update schools set status = 'suspended' where slug = 'oak-hill'`;
    answers.push(await scene.look(code(ofSchool)), await scene.join(code(ofSchool)));
    await scene.server.sql`update schools set status = 'active' where slug = 'oak-hill'`;
    await scene.server.sql`update users set status = 'suspended' where id = ${scene.leo.id}`;
    await tryAll(code(ofChild));
    await scene.server.sql`update users set status = 'active' where id = ${scene.leo.id}`;
    await scene.server.sql`update students set left_on = current_date - 2 where id = ${scene.leo.id}`;
    await tryAll(code(ofChild));
    await scene.server.sql`update students set left_on = null where id = ${scene.leo.id}`;
    // An address that has an account already: a parent's, a teacher's, in capitals.
    for (const email of [signIns.parent.email, signIns.teacher.email, signIns.parent.email.toUpperCase()])
      answers.push(await scene.join(code(good), newcomer({ email })));
    for (const answer of answers) {
      expect(statusAndCode(answer)).toEqual(failed);
      expect(answer.body).toEqual(answers[0]?.body);
    }
    expect(await scene.server.sql`select id from users`).toHaveLength(before.length);
    // What was refused has used nothing up; the same address is somebody else's at another school.
    expect((await scene.look(code(good))).status).toBe(200);
    const [child] = await scene.server.sql<{ id: string }[]>`
      select id from students where school_id = ${scene.riversideAdmin.signedIn.user.schoolId} limit 1`;
    const [elsewhere] = await scene.lettersFor([must(child, 'Riverside has children').id], {}, scene.riversideAdmin);
    expect((await scene.join(must(elsewhere, 'a letter').code, newcomer({ email: signIns.parent.email }))).body).toEqual({
      school: 'riverside',
    });
  });

  test('chooses a password that is long and not what everybody tries or knows', async () => {
    const { code } = await scene.letterFor(scene.maya);
    for (const password of ['short', 'password123', 'Oak Hill Primary School'])
      expect(statusAndCode(await scene.join(code, newcomer({ password })))).toEqual({ status: 422, code: 'password_too_plain' });
    for (const field of [{ email: 'nobody' }, { name: ' ' }, { relationship: 'king' }, { password: 7 }])
      expect((await scene.join(code, newcomer(field))).status).toBe(400);
    expect((await scene.look(code)).status).toBe(200);
  });

  test('who has an account adds a child to it; whoever is no parent, or of another school, does not', async () => {
    const { id, code } = await scene.letterFor(scene.leo, { hasParentalResponsibility: false });
    for (const who of [scene.teacher, scene.admin, scene.maya, scene.riversideAdmin])
      expect(statusAndCode(await add(who, code))).toEqual(failed);
    expect((await send(scene.server.url, '/api/auth/join/add', { body: { code, relationship: 'carer' } })).status).toBe(401);
    const { code: first } = await scene.letterFor(scene.maya);
    const who = newcomer();
    await scene.join(first, who);
    const joined = await scene.signIn(who);
    expect((await add(joined, code)).status).toBe(204);
    expect((await scene.linksOf(joined.id)).map((link) => String(link['student_id'])).sort()).toEqual([scene.maya.id, scene.leo.id].sort());
    expect((await joined.pullAll('people')).documents.map(({ studentId }) => studentId)).toContain(scene.leo.id);
    expect(await scene.stateOf(id)).toBe('used');
  });

  test('who belongs to the child already gains no right by another letter, which stays good', async () => {
    const { code } = await scene.letterFor(scene.maya, { hasParentalResponsibility: false });
    const who = newcomer();
    await scene.join(code, who);
    const joined = await scene.signIn(who);
    const second = await scene.letterFor(scene.maya, { hasParentalResponsibility: true, isPrimaryContact: true });
    expect(statusAndCode(await add(joined, second.code))).toEqual({ status: 422, code: 'already_joined' });
    expect(await scene.linksOf(joined.id)).toMatchObject([{ has_parental_responsibility: false, is_primary_contact: false }]);
    expect(await scene.stateOf(second.id)).toBe('open');
  });

  test('is held up after ten tries at one code, and after many from one address', async () => {
    const another = await scene.server.another({ allowances: { ...usualAllowances, joiningAddress: { tries: 14, seconds: 600 } } });
    for (let tries = 0; tries < 10; tries++) expect((await scene.look('AAAABBBBCCCC', another.url)).status).toBe(422);
    const held = await scene.look('aaaa-bbbb-cccc', another.url);
    expect([held.status, Number(held.headers.get('retry-after'))]).toEqual([429, expect.any(Number) as number]);
    // A code that opens gives its tries back; ten and one are spent.
    const { code } = await scene.letterFor(scene.maya);
    for (let tries = 0; tries < 12; tries++) expect((await scene.look(code, another.url)).status).toBe(200);
    for (const other of ['AAAABBBBCCCD', 'AAAABBBBCCCE', 'AAAABBBBCCCF']) expect((await scene.look(other, another.url)).status).toBe(422);
    expect((await scene.look(code, another.url)).status).toBe(429);
    expect((await scene.join(code, newcomer(), another.url)).status).toBe(429);
    await another.stop();
  });
});
