import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualAllowances } from '#server/auth/limits.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { Person, send, signIns, type SignedIn } from './person.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    allowances: { ...usualAllowances, adult: { tries: 6, seconds: 600 }, child: { tries: 4, seconds: 600 } },
  });
});
afterAll(() => server.stop());

const ofAFamily = ['school', 'people', 'classes', 'tasks', 'completions', 'receipts', 'reviews', 'excused_days', 'progress', 'notices'];
/** Buddy groups are of each child, in one or not, and of nobody else: staff read them at the school. A child asks for help by commands (S31). */
const ofAChild = ofAFamily.toSpliced(-1, 0, 'groups', 'cheers', 'commands');
/** Notes are between a parent and teachers. */
const ofAParent = ofAFamily.toSpliced(ofAFamily.indexOf('excused_days'), 0, 'notes');
/** What children ask of their teachers. */
const ofATeacher = ofAParent.toSpliced(-1, 0, 'commands', 'child_requests');

describe('the demo sign-ins', () => {
  test.each([
    ['admin', 'admin', 'Mrs Judith Farrow', ['school', 'people', 'classes', 'tasks', 'notices']],
    ['teacher', 'teacher', 'Ms Amara Okafor', ofATeacher],
    ['teacher2', 'teacher', null, ofATeacher],
    ['parent', 'parent', null, ofAParent],
    ['maya', 'student', null, ofAChild],
    ['leo', 'student', null, ofAChild],
    ['riversideAdmin', 'admin', null, ['school', 'people', 'classes', 'tasks', 'notices']],
    ['riversideTeacher', 'teacher', null, ofATeacher],
  ] as const)('%s signs in as %s and finds the session again', async (who, kind, displayName, collections) => {
    const person = await Person.signIn(server.url, signIns[who]);
    expect(person.signedIn.user.kind).toBe(kind);
    if (displayName) expect(person.signedIn.user.displayName).toBe(displayName);
    expect(person.signedIn.collections).toEqual(collections);
    // More than RxDB opens in one page would lie on no device.
    expect(collections.length).toBeLessThanOrEqual(13);
    const { status, body } = await person.send('/api/auth/session');
    expect(status).toBe(200);
    // A token comes with signing in, and never again (S30).
    expect(body).toEqual({ ...person.signedIn, delivery: { ...person.signedIn.delivery, token: null } });
  });

  test('reach what they should: a child itself, a parent both children, a teacher the class', async () => {
    const [maya, leo, parent, teacher, admin] = await Promise.all(
      (['maya', 'leo', 'parent', 'teacher', 'admin'] as const).map((who) => Person.signIn(server.url, signIns[who])),
    );
    const access = (person: Person | undefined, permission: string) => [...(person?.signedIn.access[permission] ?? [])].sort();
    expect(access(maya, 'student.read')).toEqual([maya?.id]);
    expect(access(maya, 'completion.review')).toEqual([]);
    expect(access(parent, 'student.read')).toEqual([maya?.id, leo?.id].sort());
    expect(access(parent, 'completion.create')).toEqual([maya?.id, leo?.id].sort());
    expect(access(teacher, 'completion.review')).toContain(maya?.id);
    expect(access(teacher, 'completion.review')).not.toContain(leo?.id);
    expect(access(admin, 'student.read')).toContain(leo?.id);
    expect(access(admin, 'completion.create')).toEqual([]);
  });

  test('a class code shows first names and pictures, and nothing else', async () => {
    const { status, body } = await send(server.url, '/api/auth/class', { body: { classCode: 'willow4' } });
    expect(status).toBe(200);
    const { className, children } = body as { className: string; children: Record<string, string>[] };
    expect(className).toBe('4 Willow');
    expect(children.length).toBeGreaterThan(5);
    expect(children).toContainEqual({ student: 'maya', firstName: 'Maya', avatar: expect.stringMatching(/^[a-z]+-[1-5]$/) });
    for (const child of children) expect(Object.keys(child).sort()).toEqual(['avatar', 'firstName', 'student']);
  });
});

describe('the session', () => {
  const signIn = (url: string, credentials: object) => send(url, '/api/auth/sign-in', { body: credentials });

  test('is a cookie that scripts cannot read and that no other site’s request carries', async () => {
    const { headers } = await signIn(server.url, signIns.parent);
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^studystreaks=[A-Za-z0-9_-]{43};/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/');
    expect(cookie).not.toContain('Secure');
  });

  test('is bound to this host where people come by https', async () => {
    const secure = await server.another({ publicUrl: new URL('https://homework.example') });
    const { headers } = await signIn(secure.url, signIns.parent);
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-studystreaks=/);
    expect(cookie).toContain('Secure');
    expect(cookie).not.toContain('Domain');
    const session = await send(secure.url, '/api/auth/session', { cookie: cookie.split(';')[0] ?? '' });
    expect(session.status).toBe(200);
    expect(session.headers.get('strict-transport-security')).toContain('max-age');
    await secure.stop();
  });

  test('lasts 14 days for an adult, 90 at most, and 12 hours for a child', async () => {
    const [adult, child] = await Promise.all([signIn(server.url, signIns.teacher2), signIn(server.url, signIns.leo)]);
    const hoursLeft = ({ body }: { body: unknown }) => Math.round((Date.parse((body as SignedIn).expiresAt) - Date.now()) / 3_600_000);
    expect(hoursLeft(adult)).toBe(14 * 24);
    expect(hoursLeft(child)).toBe(12);
    expect(adult.headers.get('set-cookie')).toMatch(/Max-Age=77(75|76)\d{3};/);
    expect(child.headers.get('set-cookie')).toMatch(/Max-Age=43(199|200);/);
  });

  test('slides when half of it is over, and never beyond its absolute end', async () => {
    const person = await Person.signIn(server.url, signIns.teacher2);
    const id = createHash('sha256')
      .update(person.cookie.split('=')[1] ?? '')
      .digest('hex');
    const expiry = async () => {
      const { body } = await person.send('/api/auth/session');
      return Math.round((Date.parse((body as SignedIn).expiresAt) - Date.now()) / 86_400_000);
    };
    await server.sql`update sessions set expires_at = now() + interval '8 days' where id = ${id}`;
    expect(await expiry()).toBe(8);
    await server.sql`update sessions set expires_at = now() + interval '6 days' where id = ${id}`;
    expect(await expiry()).toBe(14);
    await server.sql`update sessions set expires_at = now() + interval '2 days', absolute_expires_at = now() + interval '3 days' where id = ${id}`;
    expect(await expiry()).toBe(3);
  });

  test('is kept as the token’s hash, and an address is kept of staff alone', async () => {
    const [teacher, parent] = await Promise.all([Person.signIn(server.url, signIns.teacher), Person.signIn(server.url, signIns.parent)]);
    const token = (person: Person) => person.cookie.split('=')[1] ?? '';
    const found =
      await server.sql`select id, address from sessions where id = any (${[teacher, parent].flatMap((person) => [token(person), createHash('sha256').update(token(person)).digest('hex')])})`;
    expect(found.map(({ id }) => String(id)).sort()).toEqual(
      [teacher, parent].map((person) => createHash('sha256').update(token(person)).digest('hex')).sort(),
    );
    expect(found.filter(({ address }) => address !== null)).toHaveLength(1);
  });

  test('gets a new token at each sign-in, and the browser’s earlier one ends', async () => {
    const first = await Person.signIn(server.url, signIns.teacher2);
    const { headers } = await send(server.url, '/api/auth/sign-in', { body: signIns.teacher2, cookie: first.cookie });
    const second = headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(second).not.toBe(first.cookie);
    expect((await first.send('/api/auth/session')).status).toBe(401);
    expect((await send(server.url, '/api/auth/session', { cookie: second })).status).toBe(200);
  });

  test('ends with signing out, for each call', async () => {
    const person = await Person.signIn(server.url, signIns.teacher2);
    const { status, headers } = await send(server.url, '/api/auth/sign-out', { cookie: person.cookie, body: {} });
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toMatch(/^studystreaks=; Max-Age=0;/);
    expect((await person.send('/api/auth/session')).status).toBe(401);
    expect((await person.send('/api/sync/pull', { schema: 1, collections: {} })).status).toBe(401);
    expect((await person.send('/api/sync/stream')).status).toBe(401);
  });

  test('of a suspended person is gone at once', async () => {
    const person = await Person.signIn(server.url, signIns.teacher2);
    await server.sql`update users set status = 'suspended' where id = ${person.id}`;
    expect((await person.send('/api/auth/session')).status).toBe(401);
    expect((await send(server.url, '/api/auth/sign-in', { body: signIns.teacher2 })).status).toBe(401);
    await server.sql`update users set status = 'active' where id = ${person.id}`;
  });

  test.each([
    '',
    'studystreaks',
    'studystreaks=%',
    'studystreaks=%E0%A4%A',
    'studystreaks="',
    'studystreaks=..;;=',
    `studystreaks=${'x'.repeat(43)}`,
    `studystreaks=${'x'.repeat(5000)}`,
  ])('of a cookie that is malformed or nobody’s is 401, never 500: %j', async (cookie) => {
    for (const path of ['/api/auth/session', '/api/sync/stream']) {
      const { status, body } = await send(server.url, path, { cookie });
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'not_signed_in' });
    }
  });
});

describe('a sign-in that fails', () => {
  const attempt = (credentials: object) => send(server.url, '/api/auth/sign-in', { body: credentials });
  const adult = { school: 'oak-hill', email: 'nobody@oak-hill.example', password: 'wrong' };

  test('has one wording for every reason', async () => {
    const answers = await Promise.all([
      attempt({ ...signIns.riversideAdmin, password: 'wrong' }),
      attempt(adult),
      attempt({ ...adult, school: 'no-such-school' }),
      attempt({ ...signIns.admin, school: 'riverside' }),
      attempt({ ...signIns.leo, pictures: [6, 4, 2] }),
      attempt({ ...signIns.leo, student: 'nobody' }),
      attempt({ ...signIns.leo, classCode: 'NOCLASS' }),
      attempt({ ...signIns.maya, classCode: 'ACORN1' }),
      send(server.url, '/api/auth/class', { body: { classCode: 'NOCLASS' } }),
    ]);
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(headers.get('set-cookie')).toBeNull();
      expect(body).toEqual(answers[0]?.body);
    }
  });

  test('takes as long for somebody who does not exist as for somebody who does', async () => {
    const time = async (credentials: object) => {
      const started = performance.now();
      await attempt(credentials);
      return performance.now() - started;
    };
    await time({ ...adult, email: 'warm@oak-hill.example' });
    const unknown = await time({ ...adult, email: 'other@oak-hill.example' });
    const unknownSchool = await time({ ...adult, email: 'third@oak-hill.example', school: 'nowhere' });
    // Without the stand-in hash these would take a millisecond or two.
    expect(Math.min(unknown, unknownSchool)).toBeGreaterThan(8);
  });

  test('too often for one person is 429 and says how long to wait, though the password is right', async () => {
    const credentials = { ...signIns.riversideTeacher, password: 'wrong' };
    for (let tries = 0; tries < 6; tries++) expect((await attempt(credentials)).status).toBe(401);
    const { status, headers, body } = await attempt(signIns.riversideTeacher);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toMatchObject({ code: 'too_many_attempts' });
  });

  test('too often for one child is 429, for that child alone', async () => {
    const { body } = await send(server.url, '/api/auth/class', { body: { classCode: 'ACORN1' } });
    const other = (body as { children: { student: string }[] }).children.find(({ student }) => student !== 'leo')?.student ?? '';
    for (let tries = 0; tries < 4; tries++) await attempt({ classCode: 'ACORN1', student: other, pictures: [12, 12, 12] });
    expect((await attempt({ classCode: 'acorn1', student: other.toUpperCase(), pictures: [12, 12, 12] })).status).toBe(429);
    expect((await attempt(signIns.leo)).status).toBe(200);
  });

  test('five times locks the account in the database, whichever process is asked', async () => {
    const { admin } = signIns;
    for (let tries = 0; tries < 5; tries++) await attempt({ ...admin, password: 'wrong' });
    const another = await server.another();
    const { status } = await send(another.url, '/api/auth/sign-in', { body: admin });
    expect(status).toBe(401);
    await server.sql`update credentials set locked_until = now() - interval '1 second' where locked_until is not null`;
    expect((await send(another.url, '/api/auth/sign-in', { body: admin })).status).toBe(200);
    const [credential] = await server.sql`
      select c.failed_attempts, c.locked_until
      from credentials c join users u on u.id = c.user_id join schools s on s.id = u.school_id
      where u.kind = 'admin' and s.slug = 'oak-hill'`;
    expect(credential).toEqual({ failed_attempts: 0, locked_until: null });
    await another.stop();
  });

  test('by pictures, in a school that wants enrolled devices for them, is like any other', async () => {
    await server.sql`update schools set picture_sign_in_anywhere = false where slug = 'oak-hill'`;
    const { status, body } = await attempt(signIns.maya);
    const shown = await send(server.url, '/api/auth/class', { body: { classCode: 'WILLOW4' } });
    await server.sql`update schools set picture_sign_in_anywhere = true where slug = 'oak-hill'`;
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'sign_in_failed' });
    expect(shown.status).toBe(401);
    expect((await attempt(signIns.maya)).status).toBe(200);
  });
});
