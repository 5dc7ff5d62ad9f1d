import type { Completion } from '#domain/collections/completions.ts';
import type { Receipt } from '#domain/collections/receipts.ts';
import type { FileKind } from '#domain/evidence/evidence.ts';
import type { FetchedFile } from '../data/files/fetched-store.ts';

/** A file that waits for this person's mark. */
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

/** What a device puts by: some classes' week. */
export const prefetchLimits = { files: 150, bytes: 60 * 1024 * 1024 } as const;

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
  limits: { readonly files: number; readonly bytes: number } = prefetchLimits,
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
