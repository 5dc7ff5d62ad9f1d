import type { FileKind } from '#domain/evidence/evidence.ts';
import type { CompletionId } from '#domain/ids.ts';
import { logHomework, removeHomework } from '../data/actions.ts';
import type { NewHomework } from '../data/homework.ts';
import { isHeld } from '../data/files/file-state.ts';
import { evidence } from './files.svelte.ts';

/** Logs a piece of homework with what was captured for it; resolves when it is durable on this device. */
export async function logWithFiles(homework: NewHomework, fileIds: readonly string[]): Promise<CompletionId> {
  if (fileIds.length === 0) return logHomework(homework);
  // The files first: what stops in between leaves them to be put together again, and no homework without its photo.
  const evidenceIds = await evidence.open.log(fileIds);
  try {
    return await logHomework({ ...homework, evidenceIds });
  } catch (reason) {
    await evidence.open.takeBack(evidenceIds);
    throw reason;
  }
}

/** Takes homework back to be done again: its files are as they were before it was logged. */
export async function takeBackWithFiles(id: CompletionId, evidenceIds: readonly string[]): Promise<void> {
  if (evidenceIds.length > 0) await evidence.open.takeBack(evidenceIds);
  await removeHomework(id);
}

/** Takes homework away, and its files with it. */
export async function removeWithFiles(id: CompletionId, evidenceIds: readonly string[]): Promise<void> {
  await removeHomework(id);
  const files = evidenceIds.flatMap((evidenceId) => evidence.byEvidenceId(evidenceId)?.id ?? []);
  if (files.length > 0) await evidence.open.discard(files);
}

/** Whether taking it back would bring every file back too: what has gone to the school is no longer here. */
export function isWhollyHere(evidenceIds: readonly string[]): boolean {
  return evidenceIds.every((id) => {
    const file = evidence.byEvidenceId(id);
    return file !== null && isHeld(file.state);
  });
}

/** Recordings take the place of each other; photos stand beside each other. */
export async function keepRecording(draftKey: string, content: Blob, durationMs: number): Promise<void> {
  const kind = 'audio' satisfies FileKind;
  const replaces = evidence.captured(draftKey, kind).map(({ id }) => id);
  await evidence.open.capture({ content, kind, durationMs, draftKey, replaces });
  // The list follows the device a moment later: until then it would name the old one.
  evidence.show(await evidence.open.files());
}
