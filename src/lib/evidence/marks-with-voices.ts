import type { ReviewId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import type { EvidenceStore } from '../data/files/evidence-store.ts';
import type { GivenReview, NewReview } from '../data/homework.ts';
import { markDraftKey } from './left-voices.ts';

export interface MarksSource {
  readonly files: Pick<EvidenceStore, 'files' | 'log' | 'takeBack'>;
  readonly reviewAll: (given: readonly NewReview[]) => Promise<ReviewId[]>;
  readonly undoReviews: (given: readonly GivenReview[]) => Promise<unknown>;
  /** Of the reviews with these ids, as far as they have a voice. */
  readonly voiceIdsOf: (reviewIds: readonly string[]) => Promise<string[]>;
}

/** Marks attempts, each with what was said of it; what is set aside is set aside without a voice. All are kept, or none. */
export async function giveMarks({ files, reviewAll }: MarksSource, given: readonly NewReview[]): Promise<ReviewId[]> {
  const held = await files.files();
  const spoken = given.flatMap(({ completionId, verdict }) => {
    const key = markDraftKey(completionId);
    const voice = held.findLast(({ draftKey, state, kind }) => draftKey === key && state === 'captured' && kind === 'audio');
    return voice && verdict !== 'void' ? [{ completionId, fileId: voice.id }] : [];
  });
  if (spoken.length === 0) return reviewAll(given);
  // The files first, as with homework.
  const voiceIds = await files.log(spoken.map(({ fileId }) => fileId));
  const voiceOf = new Map(spoken.map(({ completionId }, place) => [completionId, must(voiceIds[place], 'what is logged has an id')]));
  try {
    return await reviewAll(given.map((one) => ({ ...one, voiceId: voiceOf.get(one.completionId) ?? null })));
  } catch (reason) {
    await files.takeBack(voiceIds);
    throw reason;
  }
}

/** Takes marks back; what was said with them is as it was before they were given, where the school does not have it yet. */
export async function takeBackMarks({ files, undoReviews, voiceIdsOf }: MarksSource, given: readonly GivenReview[]): Promise<void> {
  await undoReviews(given);
  const voiceIds = await voiceIdsOf(given.map(({ id }) => id));
  if (voiceIds.length > 0) await files.takeBack(voiceIds);
}
