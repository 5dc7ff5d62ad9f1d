import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '#domain/must.ts';
import { aCompletion } from '../records/testing.ts';
import { ModelServer } from '../sync/testing/model-server.ts';
import { TestDevice } from '../sync/testing/device.ts';
import { standingOf } from './standing.ts';

const { clubId, studentId } = aCompletion(1);
let device: TestDevice;
beforeEach(async () => {
  device = await new TestDevice({ owner: { schoolId: uuidv7(), userId: uuidv7() }, fetch: new ModelServer().fetch }).open();
});
afterEach(() => device.dispose());

const standing = (evidenceId: string) => standingOf(device.database, device.own, evidenceId);
const waits = { homework: 'waits', receipt: null };
const none = { homework: 'none', receipt: null };

async function piece(evidenceIds: string[] = []) {
  const id = await device.homework.log({ studentId, clubId, evidenceKind: 'audio', completionDate: '2026-11-24', evidenceIds });
  return { completionId: id, studentId };
}

describe('S25: what a file follows', () => {
  it('is the homework that names it, and nothing where no homework does', async () => {
    const [named, other] = [uuidv7(), uuidv7()];
    await piece([named]);
    expect(await standing(named)).toEqual(waits);
    expect(await standing(other)).toEqual(none);
  });

  it('is the mark that names it: a voice waits until the school has that', async () => {
    const voiceId = uuidv7();
    const of = await piece();
    expect(await standing(voiceId)).toEqual(none);
    await device.homework.review({ ...of, verdict: 'returned', voiceId });
    expect(await standing(voiceId)).toEqual(waits);
  });

  it('is no mark that was taken back, whatever mark follows it', async () => {
    const voiceId = uuidv7();
    const of = await piece();
    const id = await device.homework.review({ ...of, verdict: 'approved', voiceId });
    await device.homework.undoReview({ ...of, id });
    await device.homework.review({ ...of, verdict: 'approved' });
    expect(await standing(voiceId)).toEqual(none);
  });

  it('S15: waits with a mark that was set aside', async () => {
    const voiceId = uuidv7();
    const of = await piece();
    const id = await device.homework.review({ ...of, verdict: 'approved', voiceId });
    const [written] = await device.database.get('reviews', [id]);
    await device.own.setAside({
      collection: 'reviews',
      id,
      kind: 'created',
      fields: { ...must(written, 'it was given') },
      code: 'already_moved',
      message: '',
      at: '2026-11-24T08:00:00.000Z',
      isKept: false,
    });
    await device.database.remove('reviews', id);
    expect(await standing(voiceId)).toEqual(waits);
  });
});
