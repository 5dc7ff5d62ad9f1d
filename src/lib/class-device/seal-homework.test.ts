import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSchoolKeyPair, openEnvelope, type Envelope } from '#domain/delivery/envelope.ts';
import { clubId, studentId } from '#domain/ids.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import type { NewHomework } from '../data/homework.ts';
import { idOf } from '../records/testing.ts';
import { sealHomework, type TabletSealing } from './seal-homework.ts';

const pair = await createSchoolKeyPair();
const schoolKey = { id: idOf(1), publicKey: pair.publicKey };
const homework: NewHomework = {
  studentId: v.parse(studentId, idOf(2)),
  clubId: v.parse(clubId, idOf(3)),
  evidenceKind: 'photo',
  completionDate: '2026-11-24',
  feeling: 'easy',
};
const photo: HeldFile = {
  id: idOf(4),
  evidenceId: null,
  kind: 'photo',
  mediaType: 'image/jpeg',
  bytes: 3,
  sha256: 'ab'.repeat(32),
  durationMs: null,
  draftKey: 'a draft',
  state: 'captured',
  capturedAt: '2026-11-24T09:00:00.000Z',
  loggedAt: null,
  sentBytes: 0,
  refusal: null,
};

let events: string[];
let kept: Envelope[];
let by: TabletSealing;
beforeEach(() => {
  events = [];
  kept = [];
  by = {
    schoolId: idOf(5),
    schoolKey,
    token: 'the token',
    deviceId: idOf(6),
    outbox: {
      put: (sealed) => {
        events.push('kept');
        kept.push(...sealed.map(({ envelope }) => envelope));
        return Promise.resolve();
      },
    },
    files: {
      read: () => Promise.resolve(new Blob([new Uint8Array([7, 8, 9])])),
      discard: () => Promise.resolve(void events.push('discarded')),
    },
    clockOffsetMs: 1500,
    now: new Date('2026-11-24T09:01:00.000Z'),
  };
});
const opened = () => Promise.all(kept.map((envelope) => openEnvelope(pair.privateKey, pair.publicKey, envelope)));

describe('S30: homework that a child logs on a class device', () => {
  test('is an envelope of the child’s, by the device’s token, and one for each file that it names', async () => {
    const id = await sealHomework(homework, [photo], by);
    const [documents, file] = await opened();
    if (documents?.content.kind !== 'documents' || file?.content.kind !== 'file') throw new Error('The homework comes before its files.');
    expect(documents.content).toMatchObject({ authorId: homework.studentId, token: 'the token', device: by.deviceId });
    const [push] = documents.content.pushes;
    expect(push).toMatchObject({ collection: 'completions', rows: [{ assumedMasterState: null }] });
    expect(push?.rows[0]?.newDocumentState).toMatchObject({ ...homework, id, _deleted: false, evidenceIds: [file.content.evidenceId] });
    expect(file.content).toMatchObject({ authorId: homework.studentId, token: 'the token', fileKind: 'photo' });
    expect([...file.bytes]).toEqual([7, 8, 9]);
  });

  test('is durable, whole, before the photo goes from the device', async () => {
    await sealHomework(homework, [photo], by);
    expect(events).toEqual(['kept', 'discarded']);
  });

  test('takes nothing from the child where the device has no room for it, or it is not what homework may be', async () => {
    const full = { ...by, outbox: { put: () => Promise.reject(new Error('QuotaExceededError')) } };
    await expect(sealHomework(homework, [photo], full)).rejects.toThrow('Quota');
    await expect(sealHomework({ ...homework, completionDate: 'a day' }, [photo], by)).rejects.toThrow();
    expect(events).toEqual([]);
  });
});
