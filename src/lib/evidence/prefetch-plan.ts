import type { Completion } from '#domain/collections/completions.ts';
import type { Receipt } from '#domain/collections/receipts.ts';
import type { Review } from '#domain/collections/reviews.ts';
import type { FileKind } from '#domain/evidence/evidence.ts';
import { standingReviews } from '#domain/marking/status.ts';
import type { FetchedFile } from '../data/files/fetched-store.ts';

/** A file that is to be put by: it waits for this person's mark, or to be heard by them. */
export interface WaitingFile {
  readonly id: string;
  readonly kind: FileKind;
  readonly durationMs: number | null;
}

export interface MarkingDocuments {
  readonly receipts: readonly Receipt[];
  readonly completions: readonly Pick<Completion, 'id' | 'evidenceIds'>[];
  /** Attempts that a later one has answered. */
  readonly answered: ReadonlySet<string>;
  readonly mayMark: (studentId: string) => boolean;
}

export interface PrefetchLimits {
  readonly files: number;
  readonly bytes: number;
}

/** What the device of whoever marks puts by: some classes' week. */
export const markingLimits: PrefetchLimits = { files: 150, bytes: 60 * 1024 * 1024 };

/** What a family's device puts by: a term of a teacher's words, of a minute each at most. */
export const hearingLimits: PrefetchLimits = { files: 30, bytes: 15 * 1024 * 1024 };

/**
 * The files that wait for a mark, what came last first. The school's word counts: a mark that has not reached it may still be
 * taken back, so that its file stays until then. Homework that is gone, rights that ended and consent that was withdrawn show in
 * the documents, and what they no longer name is not waiting.
 */
export function filesToMark({ receipts, completions, answered, mayMark }: MarkingDocuments): WaitingFile[] {
  const named = new Map(completions.map(({ id, evidenceIds }) => [id as string, new Set<string>(evidenceIds)]));
  return receipts
    .filter(({ id, status, studentId }) => status === 'submitted' && named.has(id) && !answered.has(id) && mayMark(studentId))
    .sort((one, other) => other.receivedAt.localeCompare(one.receivedAt) || other.id.localeCompare(one.id))
    .flatMap(({ id: completionId, evidence }) =>
      evidence
        .filter(({ id, state }) => state === 'ready' && named.get(completionId)?.has(id) === true)
        .map(({ id, kind, durationMs }) => ({ id, kind, durationMs })),
    );
}

export interface HearingDocuments {
  readonly receipts: readonly Pick<Receipt, 'id' | 'evidence'>[];
  readonly reviews: readonly Review[];
}

/**
 * What teachers have said with marks that stand, the newest first: of a piece what is heard with it, as soon as the school has it.
 * A mark that was taken back, and what is gone or was moved away, shows in the documents.
 */
export function voicesToHear({ receipts, reviews }: HearingDocuments): WaitingFile[] {
  const filesById = new Map(receipts.map(({ id, evidence }) => [id as string, evidence]));
  const heard = new Set<string>();
  return standingReviews(reviews)
    .filter(({ voiceId }) => voiceId !== null)
    .sort((one, other) => other.capturedAt.localeCompare(one.capturedAt) || other.id.localeCompare(one.id))
    .flatMap(({ completionId, voiceId }) => {
      if (heard.has(completionId)) return [];
      heard.add(completionId);
      return (filesById.get(completionId) ?? [])
        .filter(({ id, state }) => id === voiceId && state === 'ready')
        .map(({ id, kind, durationMs }) => ({ id, kind, durationMs }));
    });
}

export interface PrefetchStep {
  /** Ids of what is no longer of use, or too much. */
  readonly drop: readonly string[];
  /** The file to fetch, and the bytes that it may have; null where there is none, or no room. */
  readonly next: { readonly file: WaitingFile; readonly room: number } | null;
}

/** With less room than a photo may need nothing is fetched: it would be for nothing. */
const leastRoom = 1024 * 1024;

/**
 * What is to be done next: the newest come first, and what is older makes room for them.
 *
 * @param passedOver files that cannot be had, or were too large for the room that was left
 */
export function nextStep(
  waiting: readonly WaitingFile[],
  held: readonly Pick<FetchedFile, 'id' | 'bytes'>[],
  passedOver: ReadonlySet<string>,
  limits: PrefetchLimits,
): PrefetchStep {
  const bytesById = new Map(held.map(({ id, bytes }) => [id, bytes]));
  const kept = new Set<string>();
  let next: PrefetchStep['next'] = null;
  let left = limits.bytes;
  for (const file of waiting.filter(({ id }) => !passedOver.has(id)).slice(0, limits.files)) {
    const bytes = bytesById.get(file.id);
    if (bytes === undefined && left >= leastRoom) next ??= { file, room: left };
    if (bytes === undefined || bytes > left) continue;
    kept.add(file.id);
    left -= bytes;
  }
  return { drop: held.filter(({ id }) => !kept.has(id)).map(({ id }) => id), next };
}
