import type { HeldFile } from '../data/files/evidence-store.ts';

const markPrefix = 'mark/';
/** As long as what the school did not take is kept (S15). */
const keptMs = 30 * 86_400_000;

/** Under which what a teacher says of a piece is kept until it is marked. */
export function markDraftKey(completionId: string): string {
  return `${markPrefix}${completionId}`;
}

/**
 * What was recorded for a mark that was then given without it, or by somebody else, a month ago: nobody comes back to it.
 *
 * @returns ids of files of this device
 */
export function leftVoices(
  files: readonly Pick<HeldFile, 'id' | 'state' | 'draftKey' | 'capturedAt'>[],
  isWaiting: (completionId: string) => boolean,
  now: number,
): string[] {
  return files
    .filter(({ state, draftKey }) => state === 'captured' && draftKey.startsWith(markPrefix))
    .filter(({ draftKey, capturedAt }) => !isWaiting(draftKey.slice(markPrefix.length)) && now - Date.parse(capturedAt) > keptMs)
    .map(({ id }) => id);
}
