import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompletionId } from '#domain/ids.ts';
import { EvidenceStore } from '../data/files/evidence-store.ts';
import { createKey } from '../data/sealing/seal.ts';
import { aCompletion } from '../records/testing.ts';
import { ModelServer } from '../sync/testing/model-server.ts';
import { TestDevice } from '../sync/testing/device.ts';
import { markDraftKey } from './left-voices.ts';
import { giveMarks, takeBackMarks, type MarksSource } from './marks-with-voices.ts';

const { clubId, studentId } = aCompletion(1);
let device: TestDevice;
let files: EvidenceStore;
let source: MarksSource;
beforeEach(async () => {
  device = await new TestDevice({ owner: { schoolId: uuidv7(), userId: uuidv7() }, fetch: new ModelServer().fetch }).open();
  files = new EvidenceStore('person', await createKey(), { indexedDB: new IDBFactory(), IDBKeyRange });
  source = {
    files,
    reviewAll: (given) => device.homework.reviewAll(given),
    undoReviews: (given) => device.homework.undoReviews(given),
    voiceIdsOf: async (ids) => (await device.database.get('reviews', ids)).flatMap(({ voiceId }) => voiceId ?? []),
  };
});
afterEach(async () => {
  files.close();
  await device.dispose();
});

const piece = () => device.homework.log({ studentId, clubId, evidenceKind: 'show_in_class', completionDate: '2026-11-24' });
const say = (completionId: CompletionId, draftKey = markDraftKey(completionId)) =>
  files.capture({ content: new Blob(['Well done!']), kind: 'audio', durationMs: 900, draftKey });
const held = async () => (await files.files()).map(({ id, state, evidenceId }) => ({ id, state, evidenceId }));
const approve = (completionId: CompletionId) => ({ completionId, studentId, verdict: 'approved' as const });

describe('S25: marks and what is said with them', () => {
  it('go together, each voice with its own piece, and no other file with them', async () => {
    const [first, second, third] = [await piece(), await piece(), await piece()];
    const pieces = [first, second, third];
    const voices = [await say(third), await say(first)];
    const others = await say(first, 'again/of-somebody-else');
    const ids = await giveMarks(source, pieces.map(approve));
    const given = await device.database.get('reviews', ids);
    const byPiece = new Map(given.map(({ completionId, voiceId }) => [completionId as string, voiceId]));
    const queued = await held();
    expect(queued).toEqual([
      { id: voices[0]?.id, state: 'queued', evidenceId: byPiece.get(third) },
      { id: voices[1]?.id, state: 'queued', evidenceId: byPiece.get(first) },
      { id: others.id, state: 'captured', evidenceId: null },
    ]);
    expect(byPiece.get(second)).toBeNull();
  });

  it('leave a voice where it is when a piece is set aside', async () => {
    const id = await piece();
    const voice = await say(id);
    await giveMarks(source, [{ completionId: id, studentId, verdict: 'void', comment: 'Twice the same.' }]);
    expect(await held()).toEqual([{ id: voice.id, state: 'captured', evidenceId: null }]);
    expect((await device.database.find('reviews'))[0]).toMatchObject({ verdict: 'void', voiceId: null });
  });

  it('are both as before where the device cannot keep the mark', async () => {
    const id = await piece();
    const voice = await say(id);
    const full = { ...source, reviewAll: () => Promise.reject(new Error('No room.')) };
    await expect(giveMarks(full, [approve(id)])).rejects.toThrow('No room.');
    expect(await held()).toEqual([{ id: voice.id, state: 'captured', evidenceId: null }]);
    expect(await device.database.find('reviews')).toEqual([]);
  });

  it('come back together: the recording is there to be given again, under another id', async () => {
    const id = await piece();
    const voice = await say(id);
    const [first] = await giveMarks(source, [approve(id)]);
    await files.advance(voice.id, 'send_began');
    await takeBackMarks(source, [{ id: first ?? expect.fail('it was given'), completionId: id, studentId }]);
    expect(await held()).toEqual([{ id: voice.id, state: 'captured', evidenceId: null }]);
    await giveMarks(source, [{ ...approve(id), verdict: 'returned' }]);
    const named = (await device.database.find('reviews')).flatMap(({ voiceId }) => voiceId ?? []);
    expect(new Set(named).size).toBe(2);
    const [queued] = await held();
    expect([queued?.state, named.includes(queued?.evidenceId ?? '')]).toEqual(['queued', true]);
  });

  it('take nothing back where the school has the voice already', async () => {
    const id = await piece();
    const voice = await say(id);
    const [first] = await giveMarks(source, [approve(id)]);
    for (const event of ['send_began', 'sent', 'confirmed'] as const) await files.advance(voice.id, event);
    await takeBackMarks(source, [{ id: first ?? expect.fail('it was given'), completionId: id, studentId }]);
    expect(await held()).toEqual([]);
  });
});
