import type { ReviewId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import { review, undoReview } from '../data/actions.ts';
import { openData } from '../data/current.svelte.ts';
import type { GivenReview, NewReview } from '../data/homework.ts';
import { evidence } from './files.svelte.ts';
import { leftVoices, markDraftKey } from './left-voices.ts';

/** Whether a teacher has said something of a piece that is not marked yet. */
export type MarkVoice = 'none' | 'under_way' | 'kept';

/** Marks an attempt, with what was said of it; what is set aside is set aside without a voice. Resolves when all is durable on this device. */
export async function reviewWithVoice(given: NewReview): Promise<ReviewId> {
  const voice = given.verdict === 'void' ? undefined : evidence.captured(markDraftKey(given.completionId), 'audio').at(-1);
  if (!voice) return review(given);
  // The file first, as with homework.
  const voiceIds = await evidence.open.log([voice.id]);
  try {
    return await review({ ...given, voiceId: must(voiceIds[0], 'what is logged has an id') });
  } catch (reason) {
    await evidence.open.takeBack(voiceIds);
    throw reason;
  }
}

/** Takes a mark back; what was said with it is as it was before it was given, where the school does not have it yet. */
export async function undoReviewWithVoice(given: GivenReview): Promise<ReviewId> {
  const id = await undoReview(given);
  const [undone] = await must(openData.current, 'somebody is signed in').database.get('reviews', [given.id]);
  if (undone?.voiceId) await evidence.open.takeBack([undone.voiceId]);
  return id;
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
