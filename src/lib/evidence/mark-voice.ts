import type { ReviewId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { reviewAll, undoReviews } from '../data/actions.ts';
import { openData } from '../data/current.svelte.ts';
import type { GivenReview, NewReview } from '../data/homework.ts';
import { evidence } from './files.svelte.ts';
import { leftVoices, markDraftKey } from './left-voices.ts';
import { giveMarks, takeBackMarks, type MarksSource } from './marks-with-voices.ts';

/** Whether a teacher has said something of a piece that is not marked yet. */
export type MarkVoice = 'none' | 'under_way' | 'kept';

/** Marks an attempt, with what was said of it. Resolves when all is durable on this device. */
export async function reviewWithVoice(given: NewReview): Promise<ReviewId> {
  const [id] = await reviewAllWithVoices([given]);
  return must(id, 'one was given');
}

/** Marks many attempts, each with what was said of it; all are kept, or none. */
export function reviewAllWithVoices(given: readonly NewReview[]): Promise<ReviewId[]> {
  return giveMarks(marksOfThisDevice(), given);
}

/** Takes marks back, and what was said with them. */
export function undoReviewsWithVoices(given: readonly GivenReview[]): Promise<void> {
  return takeBackMarks(marksOfThisDevice(), given);
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

function marksOfThisDevice(): MarksSource {
  const { database } = must(openData.current, 'somebody is signed in');
  return {
    files: evidence.open,
    reviewAll,
    undoReviews,
    voiceIdsOf: async (ids) => (await database.get('reviews', ids)).flatMap(({ voiceId }) => voiceId ?? []),
  };
}
