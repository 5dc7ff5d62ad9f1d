import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { addDays, dateInZone, mondayOf, weekday } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createWeeklyDigest } from '#server/family/weekly-digest.ts';
import { createMailer } from '#server/mail/mailer.ts';
import { startMailServer, textOf, type MailServer } from '../setup/mail-server.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, newId, Person, send, signIns } from './person.ts';

/** A mail a week, for whoever asked for it, of their own children alone. */

const zone = 'Europe/London';
const linksTo = new URL('http://homework.example');
const from = 'homework@oak-hill.example';
const today = dateInZone(new Date(), zone);
const monday = mondayOf(today);
// This week's Friday, or now where that is past.
const friday = weekday(today) < 5 ? new Date(`${addDays(monday, 4)}T16:00:00Z`) : new Date();

let server: TestServer;
let mailServer: MailServer;
let worker: Database;
let parent: Person;
let maya: Person;
let leo: Person;
let teacher: Person;
let schoolId: string;
beforeAll(async () => {
  mailServer = await startMailServer();
  server = await startTestServer({ mail: { smtpUrl: mailServer.url, from, linksTo } });
  worker = openPool(roleUrl(server.adminUrl, 'background_worker', server.masterKey.toString('hex')), 4);
  [parent, maya, leo, teacher] = (await Promise.all(
    [signIns.parent, signIns.maya, signIns.leo, signIns.teacher].map((who) => Person.signIn(server.url, who)),
  )) as [Person, Person, Person, Person];
  schoolId = parent.signedIn.user.schoolId;
  const { sql } = server;
  // A school week of which all is known: Maya does homework once, Leo has one task to do.
  const children = [maya.id, leo.id];
  await sql`delete from school_calendar where school_id = ${schoolId} and from_on <= ${addDays(monday, 6)} and until_on >= ${monday}`;
  await sql`delete from excused_days where student_id = any (${children})`;
  await sql`delete from homework_completions where student_id = any (${children}) and effective_date >= ${monday}`;
  await sql`update homework_tasks set due_on = opens_on where due_on >= ${today}`;
  const club = String((await maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  await maya.push('completions', [{ newDocumentState: completion(maya.id, club, { completionDate: today }) }]);
  const due = addDays(dateInZone(friday, zone), 3);
  await sql`
    insert into homework_tasks (school_id, id, club_id, student_id, task_group_id, title, evidence_kinds, opens_on, due_on, set_by)
    values (${schoolId}, ${newId()}, ${club}, ${leo.id}, ${newId()}, 'A secret title', '{written}', ${monday}, ${due}, ${teacher.id})`;
});
afterAll(async () => {
  await worker.end();
  await server.stop();
  await mailServer.stop();
});
beforeEach(async () => {
  mailServer.mails.splice(0);
  mailServer.answers.clear();
  await server.sql`update parents set digest_monday = null, preferences = '{}'`;
});

const digestAt = (now: Date, smtpUrl = mailServer.url) =>
  createWeeklyDigest({ database: worker, keyring: server.keyring, mailer: createMailer({ smtpUrl, from }), linksTo, clock: () => now });
const sendDigests = (now = friday) => digestAt(now).send(schoolId, new AbortController().signal);
const say = (isOn: boolean, who = parent, language = 'en-GB') => who.send('/api/family/digest', { isOn, language });
const stands = async (who = parent) => (await who.send('/api/family/digest')).body as { isOn: boolean; canSend: boolean; email: string };
const stopAddress = () =>
  must(/List-Unsubscribe:\s+<http:\/\/homework\.example([^>]+)>/.exec(must(mailServer.mails[0], 'a mail').raw)?.[1], 'a way to stop');

describe('the setting', () => {
  test('is off until it is switched on, and says where the mail would go', async () => {
    expect(await stands()).toEqual({ canSend: true, isOn: false, language: 'en-GB', email: signIns.parent.email });
    expect((await say(true, parent, 'cy')).status).toBe(204);
    expect(await stands()).toMatchObject({ isOn: true, language: 'cy' });
    expect((await say(false)).status).toBe(204);
    expect(await stands()).toMatchObject({ isOn: false });
  });

  test('is a parent’s alone', async () => {
    for (const who of [teacher, maya])
      expect([(await say(true, who)).status, (await who.send('/api/family/digest')).status]).toEqual([404, 404]);
    expect((await send(server.url, '/api/family/digest')).status).toBe(401);
  });

  test('leaves a parent’s other choices as they are', async () => {
    await server.sql`update parents set preferences = '{"more": 1}' where id = ${parent.id}`;
    await say(true);
    const [row] = await server.sql`select preferences from parents where id = ${parent.id}`;
    expect(row?.['preferences']).toEqual({ more: 1, weeklyDigest: true, language: 'en-GB' });
  });

  test('says where the server cannot send mail, refuses a yes, takes a no, and queues nothing', async () => {
    await say(true);
    const another = await server.another({ mail: null });
    const there = await Person.signIn(another.url, signIns.parent);
    expect(await stands(there)).toMatchObject({ canSend: false, isOn: true });
    expect(await say(true, there)).toMatchObject({ status: 400, body: { detail: 'The school’s server cannot send email yet.' } });
    expect((await say(false, there)).status).toBe(204);
    expect(await server.sql`select 1 from jobs.schedule where name = 'digest-week'`).toHaveLength(0);
    await another.stop();
    const again = await server.another();
    expect(
      await server.sql<{ cron: string; timezone: string }[]>`select cron, timezone from jobs.schedule where name = 'digest-week'`,
    ).toEqual([{ cron: '0 16 * * 5', timezone: zone }]);
    await again.stop();
  });
});

describe('the mail', () => {
  test('comes once to whoever asked for it, however often the job runs and in however many processes', async () => {
    await say(true);
    await Promise.all([sendDigests(), sendDigests()]);
    await sendDigests();
    expect(mailServer.mails.map(({ from: sender, to }) => [sender, to])).toEqual([[from, signIns.parent.email]]);
  });

  test('tells of the parent’s own children by first name and number, and of nothing else', async () => {
    await say(true);
    await sendDigests();
    const mail = must(mailServer.mails[0], 'a mail');
    const text = textOf(mail);
    expect(text).toContain('Maya did homework on 1 day this week, on the way to 4.');
    expect(text).toContain('Coming up for Leo: 1 task in the next seven days.');
    const names = await server.sql<{ id: string; name: Uint8Array }[]>`
      select id, first_name_encrypted as name from users where school_id = ${schoolId} and kind = 'student' and id <> all (${[maya.id, leo.id]})`;
    const others = await Promise.all(
      names.map(({ id, name }) =>
        server.keyring.decrypt({ schoolId, subjectId: id }, { table: 'users', column: 'first_name_encrypted', row: id }, name),
      ),
    );
    expect(others.length).toBeGreaterThan(3);
    for (const secret of [...others, 'Rahman', 'Nadia', 'Oak Hill', 'Willow', 'secret title', 'fifty-six', maya.id, schoolId])
      expect(text, secret).not.toContain(secret);
    expect(mail.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mail.raw).toContain('Auto-Submitted: auto-generated');
  });

  test('does not come before Friday, nor in a week without school', async () => {
    await say(true);
    await sendDigests(new Date(`${addDays(monday, 3)}T16:00:00Z`));
    const [closed] = await server.sql<{ id: string }[]>`
      insert into school_calendar (school_id, id, reason, name, from_on, until_on)
      values (${schoolId}, ${newId()}, 'holiday', 'Half-term', ${monday}, ${addDays(monday, 4)}) returning id`;
    await sendDigests();
    await server.sql`delete from school_calendar where id = ${must(closed, 'a closure').id}`;
    expect(mailServer.mails).toEqual([]);
  });

  test('does not come to whoever never asked, has switched it off, or has left', async () => {
    await sendDigests();
    await say(true);
    await say(false);
    await sendDigests();
    await say(true);
    await server.sql`update users set status = 'suspended' where id = ${parent.id}`;
    await sendDigests();
    await server.sql`update users set status = 'active' where id = ${parent.id}`;
    expect(mailServer.mails).toEqual([]);
    parent = await Person.signIn(server.url, signIns.parent);
  });

  test('tells no more of a child once the link to it has ended', async () => {
    await say(true);
    await server.sql`update parent_students set until_on = ${addDays(today, -1)} where parent_id = ${parent.id} and student_id = ${maya.id}`;
    await sendDigests();
    await server.sql`update parent_students set until_on = null where parent_id = ${parent.id} and student_id = ${maya.id}`;
    expect(mailServer.mails).toHaveLength(1);
    expect(textOf(must(mailServer.mails[0], 'a mail'))).not.toContain('Maya');
  });
});

describe('the link in a mail', () => {
  beforeEach(async () => {
    await say(true);
    await sendDigests();
  });

  test('stops it by one press of the mail program, with nobody signed in (RFC 8058)', async () => {
    const { status } = await send(server.url, stopAddress(), {
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(status).toBe(204);
    expect(await stands()).toMatchObject({ isOn: false });
    await server.sql`update parents set digest_monday = null`;
    await sendDigests();
    expect(mailServer.mails).toHaveLength(1);
  });

  test('stops nothing when it is only looked at, and leads to the page that asks', async () => {
    const response = await fetch(server.url + stopAddress(), { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      stopAddress().replace('/api/family/digest/stop/', '/stop-mail#'),
    ]);
    expect(await stands()).toMatchObject({ isOn: true });
  });

  test('that was changed is none, and opens no form to anything else', async () => {
    const address = stopAddress();
    for (const changed of [`${address.slice(0, -3)}AAA`, address.slice(0, -1), '/api/family/digest/stop/x'])
      expect((await send(server.url, changed, { body: {} })).status).toBe(404);
    const form = { body: 'isOn=false', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await send(server.url, '/api/family/digest', { ...form, cookie: parent.cookie })).status).toBe(415);
    expect(await stands()).toMatchObject({ isOn: true });
  });
});

describe('a mail server', () => {
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => String(error) + JSON.stringify(error),
    );

  test('that asks to come back is asked again, and takes one mail', async () => {
    await say(true);
    mailServer.answers.set(signIns.parent.email, 451);
    expect(await failure(sendDigests())).toMatch(/^DigestsLeft: 1 mails/);
    mailServer.answers.clear();
    await sendDigests();
    await sendDigests();
    expect(mailServer.mails).toHaveLength(1);
  });

  test('that refuses an address for good is left in peace', async () => {
    await say(true);
    mailServer.answers.set(signIns.parent.email, 550);
    await sendDigests();
    mailServer.answers.clear();
    await sendDigests();
    expect(mailServer.mails).toEqual([]);
  });

  test('that is away loses nobody’s mail, and what is logged names nobody', async () => {
    await say(true);
    const gone = await startMailServer();
    await gone.stop();
    const said = await failure(digestAt(friday, gone.url).send(schoolId, new AbortController().signal));
    expect(said).toMatch(/^MailOutOfReach: The mail server is out of reach/);
    for (const secret of ['@', 'Maya', 'Leo']) expect(said).not.toContain(secret);
    await sendDigests();
    expect(mailServer.mails).toHaveLength(1);
  });
});

test('the jobs’ role reads no address but through the one question, and only of its school', async () => {
  await say(true);
  await expect(worker`select email_encrypted from users`).rejects.toMatchObject({ code: '42501' });
  expect(await worker`select * from app.digests_due(${monday})`).toEqual([]);
  await expect(worker`select app.own_email()`).rejects.toMatchObject({ code: '42501' });
});
