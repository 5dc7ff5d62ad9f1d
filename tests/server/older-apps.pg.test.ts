import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pastLenses } from '../../src/domain/sync/lenses/testing/past-lenses.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { deliver, sealOf, sealRows } from './envelopes.ts';
import { completion, newId, Person, review, signIns } from './person.ts';

/*
 * A server of number 4, with a past in which completions called `minutes` `minutesSpent` (until 2), got `feeling` (3), and knew
 * neither milliseconds of `clockOffsetMs` nor `show_in_class` (until 4).
 */
let server: TestServer;
let maya: Person;
let teacher: Person;
/** Maya’s devices, by the number of their app. */
let apps: Record<1 | 2 | 3 | 4 | 5, Person>;
let club: string;

beforeAll(async () => {
  server = await startTestServer({ lenses: pastLenses });
  [maya, teacher] = await Promise.all([Person.signIn(server.url, signIns.maya), Person.signIn(server.url, signIns.teacher)]);
  apps = { 1: maya.withApp(1), 2: maya.withApp(2), 3: maya.withApp(3), 4: maya.withApp(4), 5: maya.withApp(5) };
  const { documents } = await apps[4].pullAll('school');
  club = String(documents.find(({ kind }) => kind === 'club')?.id);
});
afterAll(() => server.stop());

const nothingWrong = { conflicts: [], rejections: [] };
const write = (app: Person, document: object, assumedMasterState: object | null = null) =>
  app.push('completions', [{ newDocumentState: document, assumedMasterState }]);
const found = async (app: Person, id: string, collection = 'completions') =>
  (await app.pullAll(collection)).documents.find((document) => document.id === id) ?? {};
const clock = async () => (await server.sql`select version from school_clock where school_id = ${maya.signedIn.user.schoolId}`)[0];

/** A piece as today’s app writes it, and as apps of 1 and of 2 would have. */
function pieces(fields: object = {}) {
  const today = completion(maya.id, club, { evidenceKind: 'show_in_class', clockOffsetMs: 61_234, ...fields });
  const { feeling: _feeling, ...others } = today;
  const second = { ...others, evidenceKind: 'written', clockOffsetMs: 61 };
  const { minutes: minutesSpent, ...named } = second;
  return { today, second, first: { ...named, minutesSpent } };
}

async function written(fields: object = {}) {
  const all = pieces(fields);
  expect(await write(apps[4], all.today)).toEqual(nothingWrong);
  return all;
}

describe('S28: the server speaks its own number and two before', () => {
  test('and tells each app what it knows, in its own words', async () => {
    const { today, second } = await written();
    const { version: _version, ...content } = today;
    expect(await found(apps[4], today.id)).toMatchObject(content);
    expect(await found(apps[3], today.id)).toMatchObject({ ...content, evidenceKind: 'written', clockOffsetMs: 61 });
    const told = await found(apps[2], today.id);
    expect(told).toEqual({ ...second, version: expect.any(Number) });
    expect(await found(apps[2], today.id, 'receipts')).toMatchObject({ countsOn: today.completionDate });
    expect(await found(apps[4], today.id, 'receipts')).toMatchObject({ effectiveDate: today.completionDate });
  });

  test('an older app is told to update when it pulls or compares, and what it has to send still arrives', async () => {
    for (const body of [{ collections: { completions: { checkpoint: null } } }, { collections: {} }]) {
      const { status, body: problem } = await apps[1].send('/api/sync/pull', { schema: 1, ...body });
      expect([status, problem]).toEqual([426, expect.objectContaining({ code: 'too_old' })]);
    }
    expect((await apps[1].send('/api/sync/digest', { schema: 1, collections: {} })).status).toBe(426);
    const { first } = pieces();
    expect(await write(apps[1], first)).toEqual(nothingWrong);
    expect(await found(apps[4], first.id)).toMatchObject({ minutes: 12, feeling: null, evidenceKind: 'written', clockOffsetMs: 61_000 });
  });

  test('an app that is newer waits, and nothing of it is taken meanwhile', async () => {
    const { today } = pieces();
    const calls = [
      ['pull', { schema: 5, collections: {} }],
      ['digest', { schema: 5, collections: {} }],
      ['push', { schema: 5, collection: 'completions', rows: [{ newDocumentState: today }] }],
    ] as const;
    for (const [path, body] of calls) {
      const { status, headers } = await apps[5].send(`/api/sync/${path}`, body);
      expect([path, status, Number(headers.get('retry-after'))]).toEqual([path, 503, 60]);
    }
    expect(await server.sql`select 1 from homework_completions where id = ${today.id}`).toHaveLength(0);
  });
});

describe('S28, S30: what an older app has sealed', () => {
  test('is taken as it pushes, merged in the words that it knows, and erases nothing else', async () => {
    const { first: fresh } = pieces();
    const { today, first } = await written();
    expect(await write(apps[4], { ...today, feeling: 'tricky', writtenWork: 'Eights.' }, today)).toEqual(nothingWrong);
    const seal = sealOf(maya);
    const rows = [{ newDocumentState: fresh }, { newDocumentState: { ...first, minutesSpent: 40 }, assumedMasterState: first }];
    expect(await deliver(teacher, await sealRows(seal, rows, { schema: 1 }))).toEqual(['delivered']);
    expect(await found(apps[4], fresh.id)).toMatchObject({ minutes: 12, evidenceKind: 'written', clockOffsetMs: 61_000 });
    expect(await found(apps[4], today.id)).toMatchObject({
      ...{ minutes: 40, writtenWork: 'Eights.', feeling: 'tricky' },
      ...{ evidenceKind: 'show_in_class', clockOffsetMs: 61_234 },
    });
    expect(await deliver(teacher, await sealRows(seal, rows, { schema: 5 }))).toEqual(['waits']);
  });
});

describe('S28: what an older app pushes', () => {
  test('changes what it changed, and erases nothing that it does not know', async () => {
    const { today, first } = await written();
    const edited = { ...first, minutesSpent: 40 };
    expect(await write(apps[1], edited, first)).toEqual(nothingWrong);
    const { version: _version, ...content } = today;
    expect(await found(apps[4], today.id)).toMatchObject({ ...content, minutes: 40 });
    // What it can say, it can change: its own word replaces what it was shown in place of another.
    expect(await write(apps[1], { ...edited, evidenceKind: 'photo' }, edited)).toEqual(nothingWrong);
    expect(await found(apps[4], today.id)).toMatchObject({ ...content, minutes: 40, evidenceKind: 'photo' });
  });

  test('stands beside a newer app’s change of something that it does not know', async () => {
    const { today, first } = await written();
    await write(apps[4], { ...today, feeling: 'tricky' }, today);
    expect(await write(apps[1], { ...first, writtenWork: 'Nine nines.' }, first)).toEqual(nothingWrong);
    expect(await found(apps[4], today.id)).toMatchObject({ feeling: 'tricky', writtenWork: 'Nine nines.', clockOffsetMs: 61_234 });
  });

  test('meets a conflict where both changed what it knows, told in its own words, and settles it by them', async () => {
    const { today, second } = await written();
    const theirs = { ...today, minutes: 55, clockOffsetMs: 61_999 };
    await write(apps[4], theirs, today);
    const mine = { ...second, writtenWork: 'Mine.' };
    const { conflicts, rejections } = await write(apps[2], mine, second);
    expect(rejections).toEqual([]);
    expect(conflicts).toEqual([{ ...second, minutes: 55, version: expect.any(Number) }]);
    expect(await found(apps[4], today.id)).toMatchObject({ minutes: 55, writtenWork: today.writtenWork });
    const merged = { ...conflicts[0], writtenWork: 'Mine.' };
    expect(await write(apps[2], merged, conflicts[0])).toEqual(nothingWrong);
    expect(await found(apps[4], today.id)).toMatchObject({
      minutes: 55,
      writtenWork: 'Mine.',
      evidenceKind: 'show_in_class',
      clockOffsetMs: 61_999,
    });
  });

  test('S13: changes nothing when it is sent again, the new and the changed', async () => {
    const { first } = pieces();
    expect(await write(apps[1], first)).toEqual(nothingWrong);
    const edited = { ...first, minutesSpent: 31 };
    expect(await write(apps[1], edited, first)).toEqual(nothingWrong);
    await expect.poll(async () => (await server.sql`select 1 from derivations_due`).length, { timeout: 10_000 }).toBe(0);
    const before = await clock();
    expect(await write(apps[1], edited, first)).toEqual(nothingWrong);
    expect(await write(apps[1], edited)).toEqual(nothingWrong);
    expect(await clock()).toEqual(before);
    // Without what it assumed, another state is no overwriting.
    expect((await write(apps[1], first)).conflicts).toMatchObject([{ id: first.id, minutesSpent: 31 }]);
  });

  test('takes away what it was told of, and not what has changed meanwhile where it can see it', async () => {
    const [kept, removed] = [await written(), await written()];
    await write(apps[4], { ...kept.today, minutes: 58 }, kept.today);
    const gone = (document: object) => ({ ...document, _deleted: true });
    expect((await write(apps[2], gone(kept.second), kept.second)).conflicts).toMatchObject([{ id: kept.second.id, minutes: 58 }]);
    expect(await write(apps[2], gone(removed.second), removed.second)).toEqual(nothingWrong);
    expect(await found(apps[4], kept.today.id)).toMatchObject({ minutes: 58 });
    expect(await server.sql`select 1 from homework_completions where id = ${removed.today.id}`).toHaveLength(0);
  });

  test('S15: is refused row by row, and kept as it came', async () => {
    const [bad, good] = [{ ...pieces().first, minutesSpent: -1 }, pieces().first];
    const answer = await apps[1].push('completions', [{ newDocumentState: bad }, { newDocumentState: good }]);
    expect(answer).toMatchObject({ conflicts: [{ id: bad.id, _deleted: true }], rejections: [{ id: bad.id, code: 'invalid_document' }] });
    // A word of another time is no field of this one.
    const mixed = { ...pieces().first, feeling: 'easy', joy: 3 };
    expect((await write(apps[1], mixed)).rejections).toMatchObject([{ id: mixed.id, code: 'invalid_document' }]);
    expect(await found(apps[4], good.id)).toMatchObject({ id: good.id });
  });

  test('of another collection is lifted by its own lenses', async () => {
    const { today } = await written();
    const { star: _star, ...old } = review(today, teacher.id);
    expect(await teacher.withApp(1).push('reviews', [{ newDocumentState: old }])).toEqual(nothingWrong);
    expect(await found(teacher.withApp(4), old.id, 'reviews')).toMatchObject({ verdict: 'approved', star: false });
    // A device that was updated sends what it made before by today’s number.
    const updated = { ...old, id: newId() };
    const { verdict: _verdict, ...fault } = { ...updated, id: newId(), star: true };
    const sent = [updated, fault].map((newDocumentState) => ({ newDocumentState }));
    expect((await teacher.withApp(4).push('reviews', sent)).rejections).toMatchObject([{ id: fault.id, code: 'invalid_document' }]);
    expect(await found(teacher.withApp(4), updated.id, 'reviews')).toMatchObject({ star: false });
  });

  test('from a device that was updated erases nothing that it does not hold yet', async () => {
    const { today } = await written({ feeling: 'tricky' });
    const { feeling: _feeling, ...held } = today;
    expect(await write(apps[4], { ...held, minutes: 33 }, held)).toEqual(nothingWrong);
    expect(await found(apps[4], today.id)).toMatchObject({ minutes: 33, feeling: 'tricky' });
  });
});
