import type { ReviewId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { reviewAll, undoReviews } from '../data/actions.ts';
import { openData } from '../data/current.svelte.ts';
import type { GivenReview, NewReview } from '../data/homework.ts';
import { evidence } from './files.svelte.ts';
import { leftVoices, markDraftKey } from './left-voices.ts';

/** Whether a teacher has said something of a piece that is not marked yet. */
export type MarkVoice = 'none' | 'under_way' | 'kept';

/** Marks an attempt, with what was said of it. Resolves when all is durable on this device. */
export async function reviewWithVoice(given: NewReview): Promise<ReviewId> {
  const [id] = await reviewAllWithVoices([given]);
  return must(id, 'one was given');
}

/** Marks many attempts, each with what was said of it; what is set aside is set aside without a voice. All are kept, or none. */
export async function reviewAllWithVoices(given: readonly NewReview[]): Promise<ReviewId[]> {
  const spoken = given.flatMap((one) => {
    const voice = one.verdict === 'void' ? undefined : evidence.captured(markDraftKey(one.completionId), 'audio').at(-1);
    return voice ? [{ completionId: one.completionId, fileId: voice.id }] : [];
  });
  if (spoken.length === 0) return reviewAll(given);
  // The files first, as with homework.
  const voiceIds = await evidence.open.log(spoken.map(({ fileId }) => fileId));
  const voiceOf = new Map(spoken.map(({ completionId }, place) => [completionId, must(voiceIds[place], 'what is logged has an id')]));
  try {
    return await reviewAll(given.map((one) => ({ ...one, voiceId: voiceOf.get(one.completionId) ?? null })));
  } catch (reason) {
    await evidence.open.takeBack(voiceIds);
    throw reason;
  }
}

/** Takes marks back; what was said with them is as it was before they were given, where the school does not have it yet. */
export async function undoReviewsWithVoices(given: readonly GivenReview[]): Promise<void> {
  await undoReviews(given);
  const { database } = must(openData.current, 'somebody is signed in');
  const undone = await database.get(
    'reviews',
    given.map(({ id }) => id),
  );
  const voiceIds = undone.flatMap(({ voiceId }) => voiceId ?? []);
  if (voiceIds.length > 0) await evidence.open.takeBack(voiceIds);
}

/** How far what is said of a piece has come, before its mark. */
export function markVoice(completionId: string): MarkVoice {
  const key = markDraftKey(completionId);
  if (evidence.underWay.has(key)) return 'under_way';
  return evidence.captured(key, 'audio').length > 0 ? 'kept' : 'none';
}

/** Lets go of what nobody comes back to: recordings do not lie on a device for good. */
export async function forgetLeftVoices(isWaiting: (completionId: string) => boolean): Promise<void> {
  const left = leftVoices(evidence.files, isWaiting, Date.now());
  if (left.length > 0) await evidence.open.discard(left);
}
