import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clubId, studentId } from '#domain/ids.ts';
import { Outbox } from '../data/delivery/outbox.ts';
import { EvidenceStore } from '../data/files/evidence-store.ts';
import { createKey } from '../data/sealing/seal.ts';
import { TestDevice } from '../sync/testing/device.ts';
import { Deliverer } from './deliverer.ts';
import { PersonSealing } from './person-sealing.ts';
import { ModelSchool } from './testing/model-school.ts';

const offline = () => Promise.reject(new TypeError('Failed to fetch'));
const owner = { schoolId: '', userId: uuidv7() };
let school: ModelSchool;
let outbox: Outbox;
let files: EvidenceStore;
let tablet: TestDevice;
let sealing: PersonSealing;
let unsealed: number[];

beforeEach(async () => {
  school = await ModelSchool.found();
  owner.schoolId = school.schoolId;
  const indexedDB = new IDBFactory();
  outbox = new Outbox({ indexedDB, IDBKeyRange });
  files = new EvidenceStore('person', await createKey(), { indexedDB, IDBKeyRange });
  tablet = await new TestDevice({ owner, fetch: offline }).start();
  unsealed = [];
  sealing = new PersonSealing({
    data: { database: tablet.database, store: tablet.own, kind: 'student' },
    files,
    device: tablet.store,
    deviceId: tablet.deviceId,
    outbox,
    locks: navigator.locks,
    onHolder: () => undefined,
    onUnsealed: (count) => {
      unsealed.push(count);
      return Promise.resolve();
    },
    onFailure: (reason) => {
      throw reason;
    },
  });
});
afterEach(async () => {
  await sealing.close();
  await tablet.dispose();
  outbox.close();
  files.close();
});

function log() {
  return tablet.homework.log({
    studentId: v.parse(studentId, owner.userId),
    clubId: v.parse(clubId, uuidv7()),
    evidenceKind: 'written',
    completionDate: '2026-11-24',
    writtenWork: 'Forty conkers',
  });
}

it('S30: what has waited for a moment is sealed while its person still works, and goes with somebody else once their copy is shut', async () => {
  await sealing.learn({ schoolKey: school.key, token: 'token' });
  await log();
  await vi.waitFor(async () => {
    expect(await outbox.entries(school.schoolId)).toHaveLength(1);
  }, 10_000);
  await vi.waitFor(() => {
    expect(unsealed.at(-1)).toBe(0);
  }, 10_000);

  const { fetch, schoolId } = school;
  const carrier = { outbox, schoolId, userId: uuidv7(), fetch, locks: navigator.locks, random: () => 0, now: () => Date.now() };
  const deliverer = new Deliverer({ ...carrier, onFailure: (reason) => expect.unreachable(String(reason)) });
  deliverer.look();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(school.requests).toEqual([]);
  await sealing.close();
  deliverer.look();
  await vi.waitFor(() => {
    expect(school.delivered.map(({ content }) => content)).toMatchObject([{ token: 'token', authorId: owner.userId }]);
  }, 10_000);
  deliverer.stop();
});

it('S30: a local copy may be given up only when all of it is sealed', async () => {
  await log();
  expect(await sealing.sealUnsent()).toBe(false);
  expect(unsealed).toEqual([1]);
  await sealing.learn({ schoolKey: school.key, token: null });
  expect(await sealing.sealUnsent()).toBe(false);
  // A later answer without a token takes none away.
  await sealing.learn({ schoolKey: school.key, token: 'token' });
  await sealing.learn({ schoolKey: school.key, token: null });
  expect(await sealing.sealUnsent()).toBe(true);
  expect(unsealed.at(-1)).toBe(0);
});
