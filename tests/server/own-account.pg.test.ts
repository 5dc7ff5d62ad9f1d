import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualAllowances } from '#server/auth/limits.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { demoPassword, newId, Person, send, signIns } from './person.ts';

/** What somebody who is signed in changes about how they sign in: with the password alone, and for all devices at once. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ allowances: { ...usualAllowances, adult: { tries: 8, seconds: 600 } } });
});
afterAll(() => server.stop());

const next = 'three wet otters';
const change = (who: Person, current: string, to: string, headers = {}) =>
  who.send('/api/auth/password', { current, next: to }, { ...headers });
const isIn = async (who: Person) => (await who.send('/api/auth/session')).status === 200;

test('a new password is the one from then on, and whoever had the earlier one is signed out everywhere else', async () => {
  const [here, there] = [await Person.signIn(server.url, signIns.parent), await Person.signIn(server.url, signIns.parent)];
  const other = await Person.signIn(server.url, signIns.teacher);
  expect((await change(here, demoPassword, next)).status).toBe(204);
  expect([await isIn(here), await isIn(there), await isIn(other)]).toEqual([true, false, true]);
  expect(await send(server.url, '/api/auth/sign-in', { body: signIns.parent })).toMatchObject({
    status: 401,
    body: { code: 'sign_in_failed' },
  });
  const again = await Person.signIn(server.url, { ...signIns.parent, password: next });
  expect((await change(again, next, `${next}!`)).status).toBe(204);
});

test('whoever does not know the password changes nothing, and guesses no more often than at the door', async () => {
  const teacher = await Person.signIn(server.url, signIns.teacher2);
  const there = await Person.signIn(server.url, signIns.teacher2);
  expect(await change(teacher, 'not the password', next)).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
  expect([await isIn(teacher), await isIn(there)]).toEqual([true, true]);
  const [row] = await server.sql`select failed_attempts from credentials where user_id = ${teacher.id}`;
  expect(row?.['failed_attempts']).toBe(1);
  const answers: number[] = [];
  for (let tries = 0; tries < 9; tries++) answers.push((await change(teacher, 'not the password', next)).status);
  expect(answers.slice(-1)).toEqual([429]);
  expect((await change(teacher, demoPassword, next)).status).toBe(429);
});

test('what anybody would try is no password, nor the one that it was, nor a name', async () => {
  const lead = await Person.signIn(server.url, signIns.lead);
  for (const plain of ['short', 'password123', 'aaaaaaaaaaaa', demoPassword, signIns.lead.email, 'x'.repeat(201)])
    expect(await change(lead, demoPassword, plain), plain).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  expect(await isIn(await Person.signIn(server.url, signIns.lead))).toBe(true);
});

test('nobody has a password changed who has none, is not signed in, or is another than the device believes', async () => {
  const maya = await Person.signIn(server.url, signIns.maya);
  expect(await change(maya, '1-5-9', next)).toMatchObject({ status: 401 });
  const [row] = await server.sql`select password_hash from credentials where user_id = ${maya.id}`;
  expect(row?.['password_hash']).toBeNull();
  expect((await send(server.url, '/api/auth/password', { body: { current: demoPassword, next } })).status).toBe(401);
  const admin = await Person.signIn(server.url, signIns.admin);
  expect((await change(admin, demoPassword, next, { 'x-studystreaks-user': newId() })).status).toBe(401);
  expect(await isIn(await Person.signIn(server.url, signIns.admin))).toBe(true);
});

test('signing out elsewhere ends the person’s own other sessions and nobody else’s', async () => {
  const [here, there, other] = [
    await Person.signIn(server.url, signIns.riversideTeacher),
    await Person.signIn(server.url, signIns.riversideTeacher),
    await Person.signIn(server.url, signIns.riversideAdmin),
  ];
  expect((await here.send('/api/auth/sign-out-elsewhere', {}, { 'x-studystreaks-user': newId() })).status).toBe(401);
  expect(await isIn(there)).toBe(true);
  expect((await here.send('/api/auth/sign-out-elsewhere', {})).status).toBe(204);
  expect([await isIn(here), await isIn(there), await isIn(other)]).toEqual([true, false, true]);
  expect((await there.send('/api/auth/sign-out-elsewhere', {})).status).toBe(401);
});

test('the log says that a password was changed, and neither that nor its hash', async () => {
  const rows = await server.sql<{ values: unknown }[]>`
    select new_values as values from audit_log where entity_type = 'credentials' and action = 'UPDATE' and new_values ? 'password_hash'`;
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.map(({ values }) => values)).toEqual(rows.map(() => expect.objectContaining({ password_hash: '…' })));
});
