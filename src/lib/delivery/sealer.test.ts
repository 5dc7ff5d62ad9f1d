import { createHash } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clubId, studentId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { Outbox } from '../data/delivery/outbox.ts';
import { EvidenceStore } from '../data/files/evidence-store.ts';
import { createKey } from '../data/sealing/seal.ts';
import { TestDevice } from '../sync/testing/device.ts';
import { ModelServer } from '../sync/testing/model-server.ts';
import { Deliverer } from './deliverer.ts';
import { NotAllSealed, Sealer } from './sealer.ts';
import { ModelSchool, type Delivered } from './testing/model-school.ts';

const photo = new Uint8Array(300_000).map((_, index) => index % 251);
const key = await createKey();

let school: ModelSchool;
let server: ModelServer;
let outbox: Outbox;
let files: EvidenceStore;
let tablet: TestDevice;
let isKnown: boolean;
const owner = { schoolId: '', userId: uuidv7() };

beforeEach(async () => {
  school = await ModelSchool.found();
  owner.schoolId = school.schoolId;
  server = new ModelServer();
  server.fault = () => 'offline';
  const indexedDB = new IDBFactory();
  outbox = new Outbox({ indexedDB, IDBKeyRange });
  files = new EvidenceStore('person', key, { indexedDB, IDBKeyRange });
  tablet = await new TestDevice({ owner, fetch: server.fetch }).start();
  isKnown = true;
});
afterEach(async () => {
  await tablet.dispose();
  outbox.close();
  files.close();
  vi.restoreAllMocks();
});

async function sealer(): Promise<Sealer> {
  const made = new Sealer({
    owner,
    deviceId: tablet.deviceId,
    outbox,
    store: tablet.own,
    unsent: () => tablet.database.unsent.rows(),
    files,
    terms: () => Promise.resolve(isKnown ? { schoolKey: school.key, token: 'token' } : null),
    locks: navigator.locks,
    now: () => new Date(),
  });
  await made.begin();
  return made;
}

function log(writtenWork: string) {
  return tablet.homework.log({
    studentId: v.parse(studentId, owner.userId),
    clubId: v.parse(clubId, uuidv7()),
    evidenceKind: 'written',
    completionDate: '2026-11-24',
    writtenWork,
  });
}

async function logPhoto(): Promise<string> {
  const content = new Blob([photo], { type: 'image/jpeg' });
  const { id } = await files.capture({ content, kind: 'photo', durationMs: null, draftKey: 'maths' });
  const [evidenceId] = await files.log([id]);
  return must(evidenceId, 'it was logged');
}

const entries = () => outbox.entries(school.schoolId);

/** What the school finds when somebody else brings all that lies here. */
async function deliverAll(): Promise<readonly Delivered[]> {
  const { fetch } = school;
  const carrier = { outbox, schoolId: school.schoolId, userId: uuidv7(), fetch, locks: navigator.locks, random: () => 0 };
  const deliverer = new Deliverer({ ...carrier, now: () => Date.now(), onFailure: (reason) => expect.unreachable(String(reason)) });
  deliverer.look();
  await vi.waitFor(async () => {
    expect(await entries()).toEqual([]);
  }, 10_000);
  deliverer.stop();
  return school.delivered;
}

function writtenIn(delivered: readonly Delivered[]): string[] {
  return delivered.flatMap(({ content }) =>
    content.kind === 'file' ? [] : content.pushes.flatMap(({ rows }) => rows.map((row) => String(row.newDocumentState['writtenWork']))),
  );
}

describe('S30: sealing what a person has not sent', () => {
  it('seals documents as they would be pushed, and each photo with its bytes', async () => {
    const id = await log('Forty conkers');
    const evidenceId = await logPhoto();
    expect(await (await sealer()).seal()).toBe(0);
    const delivered = await deliverAll();
    expect(delivered).toHaveLength(2);
    expect(delivered.find(({ content }) => content.kind === 'documents')?.content).toMatchObject({
      authorId: owner.userId,
      token: 'token',
      device: tablet.deviceId,
      pushes: [{ collection: 'completions', rows: [{ assumedMasterState: null, newDocumentState: { id, writtenWork: 'Forty conkers' } }] }],
    });
    const sealed = delivered.find(({ content }) => content.kind === 'file');
    expect(sealed?.content).toMatchObject({ evidenceId, fileKind: 'photo', mediaType: 'image/jpeg' });
    expect(sealed?.content).toHaveProperty('sha256', createHash('sha256').update(photo).digest('hex'));
    expect(sealed?.bytes).toEqual(photo);
  });

  it('seals a change with the state that the server is known to have', async () => {
    server.fault = () => 'none';
    const id = await log('First');
    tablet.engine.syncNow();
    expect(await tablet.engine.settled(3000)).toBe(true);
    server.fault = () => 'offline';
    await tablet.homework.change(id, { writtenWork: 'Second' });
    await (await sealer()).seal();
    expect((await deliverAll())[0]?.content).toMatchObject({
      pushes: [{ rows: [{ assumedMasterState: { writtenWork: 'First' }, newDocumentState: { writtenWork: 'Second' } }] }],
    });
  });

  it('leaves nothing readable on the device', async () => {
    await log('Forty conkers');
    await (await sealer()).seal();
    const sealed = await outbox.envelopes((await entries()).map(({ id }) => id));
    expect(JSON.stringify(sealed)).not.toContain('conkers');
    expect(JSON.stringify([sealed, await entries()])).not.toContain(owner.userId);
  });

  it('keeps the envelopes as they are until something changes, and then puts new ones in their place', async () => {
    const id = await log('One');
    await logPhoto();
    const one = await sealer();
    await one.seal();
    const before = await entries();
    await (await sealer()).seal();
    expect(await entries()).toEqual(before);

    await tablet.homework.change(id, { writtenWork: 'Two' });
    await one.seal();
    const after = await entries();
    expect(after).toHaveLength(2);
    expect(after.filter((entry) => before.some((was) => was.id === entry.id))).toHaveLength(1);
    expect(writtenIn(await deliverAll())).toEqual(['Two']);
  });

  it('takes back what the person has sent by themselves', async () => {
    await log('One');
    const one = await sealer();
    await one.seal();
    expect(await entries()).toHaveLength(1);
    server.fault = () => 'none';
    tablet.engine.syncNow();
    expect(await tablet.engine.settled(3000)).toBe(true);
    await one.seal();
    expect(await entries()).toEqual([]);
  });

  it('does not seal again what somebody else has delivered', async () => {
    await log('One');
    const one = await sealer();
    await one.seal();
    await deliverAll();
    expect(await one.seal()).toBe(0);
    expect(await entries()).toEqual([]);
    await log('Two');
    await one.seal();
    expect(writtenIn(await deliverAll())).toEqual(['One', 'Two']);
  });

  it('does nothing but count while it is not known to whom to seal', async () => {
    await log('One');
    await logPhoto();
    isKnown = false;
    expect(await (await sealer()).seal()).toBe(2);
    expect(await entries()).toEqual([]);
  });

  it('a photo that cannot be read keeps nothing else from being sealed, and is told', async () => {
    await logPhoto();
    await log('One');
    vi.spyOn(files, 'read').mockRejectedValue(new Error('The piece is gone.'));
    const failure = await (await sealer()).seal().catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(NotAllSealed);
    expect(failure).toHaveProperty('unsealed', 1);
    expect(writtenIn(await deliverAll())).toEqual(['One']);
  });

  it('whatever it is interrupted by, everything is sealed after the next time, and no document lies there in two states', async () => {
    for (const [step, interrupt] of interruptions.entries()) {
      const id = await log(`${String(step)} before`);
      const one = await sealer();
      await one.seal();
      await tablet.homework.change(id, { writtenWork: `${String(step)} after` });
      const spy = interrupt();
      await expect(one.seal()).rejects.toThrow();
      spy.mockRestore();
      // Another tab, or the same after a restart.
      expect(await (await sealer()).seal()).toBe(0);
    }
    const written = writtenIn(await deliverAll());
    expect(written.toSorted()).toEqual(interruptions.map((_, step) => `${String(step)} after`));
  });

  it('does not wait for ever for a tab that stands still in the middle of its turn', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('The time is over.')));
    await log('One');
    const one = await sealer();
    await expect(one.seal()).rejects.toThrow('The time is over.');
    vi.restoreAllMocks();
    expect(await one.seal()).toBe(0);
  });

  it('what the person throws away is delivered by nobody, and another tab seals no more of it', async () => {
    await log('One');
    const one = await sealer();
    const other = await sealer();
    await one.seal();
    await one.discard();
    expect(await entries()).toEqual([]);
    await other.seal();
    expect(await entries()).toEqual([]);
  });
});

const killed = new Error('The tab was closed.');
/** The device stops: before an envelope is kept, after it before that is noted, and after that before the old one goes. */
const interruptions = [
  () => vi.spyOn(outbox, 'put').mockRejectedValueOnce(killed),
  () => vi.spyOn(tablet.own, 'setFact').mockRejectedValue(killed),
  () => vi.spyOn(outbox, 'remove').mockRejectedValue(killed),
];
