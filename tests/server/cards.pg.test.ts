import { createHash } from 'node:crypto';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { usualAllowances } from '#server/auth/limits.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { newId, Person, send, signIns, type Answer } from './person.ts';

let server: TestServer;
let teacher: Person;
let otherTeacher: Person;
let admin: Person;
let maya: Person;
let leo: Person;
let willow: string;

beforeAll(async () => {
  server = await startTestServer({ allowances: { ...usualAllowances, card: { tries: 4, seconds: 600 } } });
  const people = await Promise.all(
    (['teacher', 'riversideTeacher', 'admin', 'maya', 'leo'] as const).map((who) => Person.signIn(server.url, signIns[who])),
  );
  [teacher, otherTeacher, admin, maya, leo] = people as [Person, Person, Person, Person, Person];
  const [membership] = await server.sql`select class_id from class_students where student_id = ${maya.id} and is_current`;
  willow = String(membership?.['class_id']);
});
afterAll(() => server.stop());

const issue = (who: Person, ...studentIds: string[]) => who.send('/api/school/cards', { studentIds });
const revoke = (who: Person, ...studentIds: string[]) => who.send('/api/school/cards/revoke', { studentIds });
const signInWith = (card: string, url = server.url) => send(url, '/api/auth/sign-in', { body: { card } });

async function cardOf(studentId: string, who = teacher): Promise<string> {
  const { status, body } = await issue(who, studentId);
  expect(status).toBe(200);
  const { cards } = body as { cards: { studentId: string; secret: string }[] };
  expect(cards.map((card) => card.studentId)).toEqual([studentId]);
  return cards[0]?.secret ?? '';
}

const refusal = { status: 401, code: 'sign_in_failed' };
const statusAndCode = ({ status, body }: Answer) => ({ status, code: (body as { code?: string }).code });

describe('a card', () => {
  test('signs its child in, and says 128 random bits that the database does not hold', async () => {
    const secret = await cardOf(maya.id);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const { status, body, headers } = await signInWith(secret);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { id: maya.id, kind: 'student' } });
    expect(headers.get('set-cookie')).toMatch(/^studystreaks=[A-Za-z0-9_-]{43};/);
    const hash = createHash('sha256').update(secret).digest();
    expect(await server.sql`select card_hash from credentials where user_id = ${maya.id}`).toEqual([{ card_hash: hash }]);
    // Nothing that the database writes down of it leads back to it: neither the card nor its hash is in the audit log.
    const [log] = await server.sql<{ text: string }[]>`
      select string_agg(concat(log.old_values, log.new_values, log.entity_id), ' ') as text from audit_log log where subject_id = ${maya.id}`;
    for (const form of [secret, hash.toString('hex'), hash.toString('base64')]) expect(log?.text).not.toContain(form);
  });

  test('that is issued anew ends the earlier one, and what that one had opened', async () => {
    const earlier = await cardOf(leo.id, admin);
    const finder = await Person.signIn(server.url, { card: earlier });
    const later = await cardOf(leo.id, admin);
    expect(statusAndCode(await signInWith(earlier))).toEqual(refusal);
    expect((await finder.send('/api/auth/session')).status).toBe(401);
    expect((await signInWith(later)).status).toBe(200);
    expect(await server.sql`select count(*)::int as count from sign_in_lookup where kind = 'card' and subject_id = ${leo.id}`).toEqual([
      { count: 1 },
    ]);
  });

  test('that is the child’s first ends no session', async () => {
    const [other] = await server.sql`
      select student_id from class_students
      where class_id = ${willow} and is_current and student_id not in (select user_id from credentials where card_hash is not null) limit 1`;
    const studentId = String(other?.['student_id']);
    await server.sql`
      select app.create_session(school_id, ${'a'.repeat(64)}, id, null, now() + interval '1 hour', now() + interval '1 hour') from users where id = ${studentId}`;
    await cardOf(studentId);
    expect(await server.sql`select from sessions where user_id = ${studentId}`).toHaveLength(1);
  });

  test('that is revoked opens nothing, nor does what it had opened; to revoke it twice is well', async () => {
    const secret = await cardOf(maya.id);
    const finder = await Person.signIn(server.url, { card: secret });
    expect((await revoke(teacher, maya.id)).status).toBe(204);
    expect(statusAndCode(await signInWith(secret))).toEqual(refusal);
    expect((await finder.send('/api/auth/session')).status).toBe(401);
    expect((await revoke(teacher, maya.id)).status).toBe(204);
    // The pictures go on signing the child in.
    expect((await send(server.url, '/api/auth/sign-in', { body: signIns.maya })).status).toBe(200);
  });

  test('opens though somebody has tried wrong pictures, and gives them no more tries', async () => {
    const secret = await cardOf(maya.id);
    await server.sql`update credentials set failed_attempts = 5, locked_until = now() + interval '1 hour' where user_id = ${maya.id}`;
    expect((await signInWith(secret)).status).toBe(200);
    expect(await server.sql`select failed_attempts from credentials where user_id = ${maya.id} and locked_until > now()`).toEqual([
      { failed_attempts: 5 },
    ]);
    await server.sql`update credentials set failed_attempts = 0, locked_until = null where user_id = ${maya.id}`;
  });

  test('of a suspended child, of a suspended school, of nobody, and no card at all are refused alike', async () => {
    const secret = await cardOf(maya.id);
    await server.sql`update users set status = 'suspended' where id = ${maya.id}`;
    const ofSuspended = await signInWith(secret);
    expect((await issue(teacher, maya.id)).status).toBe(404);
    await server.sql`update users set status = 'active' where id = ${maya.id}`;
    await server.sql`update schools set status = 'suspended' where slug = 'oak-hill'`;
    const ofSuspendedSchool = await signInWith(secret);
    await server.sql`update schools set status = 'active' where slug = 'oak-hill'`;
    const others = [
      await signInWith('AAAAAAAAAAAAAAAAAAAAAA'),
      await signInWith('x'),
      await signInWith(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'Q' : 'A'}`),
      await signInWith("' or true --"),
    ];
    const answers = [ofSuspended, ofSuspendedSchool, ...others];
    for (const answer of answers) {
      expect(statusAndCode(answer)).toEqual(refusal);
      expect(answer.body).toEqual(answers[0]?.body);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    expect((await signInWith(secret)).status).toBe(200);
  });

  test('is tried a few times alone, and an address too', async () => {
    const guess = 'BBBBBBBBBBBBBBBBBBBBBA';
    for (let tries = 0; tries < 4; tries++) expect((await signInWith(guess)).status).toBe(401);
    const { status, headers } = await signInWith(guess);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const secret = await cardOf(maya.id);
    expect((await signInWith(secret)).status).toBe(200);

    const another = await server.another({ allowances: { ...usualAllowances, address: { tries: 3, seconds: 600 } } });
    const guesses = ['C', 'D', 'E'].map((letter) => letter.repeat(21) + 'A');
    for (const one of guesses) expect((await signInWith(one, another.url)).status).toBe(401);
    expect((await signInWith(secret, another.url)).status).toBe(429);
    await another.stop();
  });
});

describe('issuing and revoking', () => {
  test('is for staff of the child’s class and the school’s administrators: everybody else gets what a child that is not there gets', async () => {
    const secret = await cardOf(leo.id, admin);
    const [parent, assistant, child] = await Promise.all([
      Person.signIn(server.url, signIns.parent),
      Person.signIn(server.url, signIns.teacher2),
      Person.signIn(server.url, { card: secret }),
    ]);
    await server.sql`update user_roles set role_id = (select id from roles where school_id = user_roles.school_id and name = 'teaching_assistant')
      where user_id = ${assistant.id}`;
    const absent = await issue(admin, newId());
    expect(statusAndCode(absent)).toEqual({ status: 404, code: 'not_found' });
    const refused = await Promise.all([
      issue(teacher, leo.id),
      revoke(teacher, leo.id),
      issue(parent, leo.id),
      revoke(parent, leo.id),
      issue(child, leo.id),
      issue(assistant, leo.id),
      issue(otherTeacher, leo.id),
      revoke(otherTeacher, leo.id),
      issue(admin, teacher.id),
      revoke(admin, newId()),
    ]);
    for (const { status, body } of refused) {
      expect(status).toBe(404);
      expect(body).toEqual(absent.body);
    }
    expect((await signInWith(secret)).status).toBe(200);
    expect((await send(server.url, '/api/school/cards', { body: { studentIds: [leo.id] } })).status).toBe(401);
  });

  test('of a list in which one is out of reach changes nobody’s card', async () => {
    const secret = await cardOf(maya.id);
    expect((await issue(teacher, maya.id, leo.id)).status).toBe(404);
    expect((await revoke(teacher, maya.id, leo.id)).status).toBe(404);
    expect((await signInWith(secret)).status).toBe(200);
  });

  test('takes a list of children, each once', async () => {
    for (const body of [{}, { studentIds: [] }, { studentIds: ['maya'] }, { studentIds: [maya.id], more: true }])
      expect(statusAndCode(await teacher.send('/api/school/cards', body))).toEqual({ status: 400, code: 'invalid_request' });
    const { body } = await issue(teacher, maya.id, maya.id);
    expect((body as { cards: unknown[] }).cards).toHaveLength(1);
  });

  test('is written to the audit log, with who did it', async () => {
    await cardOf(maya.id);
    await revoke(teacher, maya.id);
    const log = await server.sql`
      select old_values, new_values from audit_log
      where entity_type = 'credentials' and subject_id = ${maya.id} and user_id = ${teacher.id} and action = 'UPDATE'
      order by timestamp desc, transaction_id desc limit 2`;
    expect(log.map((entry) => entry['new_values'] as unknown)).toEqual([
      { card_hash: '…', card_issued_at: null },
      { card_hash: '…', card_issued_at: expect.any(String) as unknown },
    ]);
  });
});

describe('who has a card', () => {
  const cardsOf = (who: Person, classId: string) => who.send(`/api/school/cards?classId=${classId}`);

  test('is told to the staff of the class, since when, and never what is on it', async () => {
    const secret = await cardOf(maya.id);
    const { status, body } = await cardsOf(teacher, willow);
    expect(status).toBe(200);
    const { cards } = body as { cards: { studentId: string; issuedAt: string }[] };
    const mine = cards.find(({ studentId }) => studentId === maya.id);
    expect(Object.keys(mine ?? {}).sort()).toEqual(['issuedAt', 'studentId']);
    expect(Math.abs(Date.parse(mine?.issuedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(JSON.stringify(body)).not.toContain(secret);
    await revoke(teacher, maya.id);
    const after = (await cardsOf(teacher, willow)).body as { cards: { studentId: string }[] };
    expect(after.cards.map(({ studentId }) => studentId)).not.toContain(maya.id);
  });

  test('is nobody else’s business', async () => {
    const parent = await Person.signIn(server.url, signIns.parent);
    for (const who of [parent, await Person.signIn(server.url, signIns.maya), otherTeacher])
      expect(statusAndCode(await cardsOf(who, willow))).toEqual({ status: 404, code: 'not_found' });
    expect((await cardsOf(teacher, newId())).status).toBe(404);
    expect((await cardsOf(teacher, 'willow')).status).toBe(400);
    expect((await teacher.send('/api/school/cards')).status).toBe(400);
  });
});

test('nothing of a card is in the server’s log', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const another = await server.another({ log: 'debug' });
  const secret = await cardOf(maya.id);
  const there = new Map<string, string>();
  for (const card of [secret, 'FFFFFFFFFFFFFFFFFFFFFA']) {
    const { headers } = await signInWith(card, another.url);
    there.set(headers.get('x-request-id') ?? '', card);
  }
  const lines = written.mock.calls.map(([line]) => String(line)).join('\n');
  written.mockRestore();
  await another.stop();
  for (const [requestId, card] of there) {
    expect(lines).toContain(requestId);
    expect(lines).not.toContain(card);
    expect(lines).not.toContain(createHash('sha256').update(card).digest('hex'));
  }
});
