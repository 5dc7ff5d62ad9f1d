import type { FileKind } from '#domain/evidence/evidence.ts';
import type { SyncStatus } from '../sync/status-machine.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import { isWaiting } from '../data/files/file-state.ts';

export interface FileProgress {
  readonly kind: FileKind;
  /** 0 … 100 */
  readonly percent: number;
}

/** The file that is on its way, and how far; null while none is. */
export function progressOf(files: readonly HeldFile[]): FileProgress | null {
  const file = files.find(({ state }) => state === 'uploading');
  return file ? { kind: file.kind, percent: file.bytes === 0 ? 0 : Math.floor((100 * file.sentBytes) / file.bytes) } : null;
}

export function countWaiting(files: readonly HeldFile[]): number {
  return files.filter(({ state }) => isWaiting(state)).length;
}

/** How sync stands, files and all: what matters most to the person comes first, as with documents. */
export function withFiles(status: SyncStatus, files: readonly HeldFile[]): SyncStatus {
  const waiting = countWaiting(files);
  const unsent = status.unsent + waiting;
  if (status.kind === 'signed_out' || status.kind === 'update_needed') return { ...status, unsent };
  if (files.some(({ state }) => state === 'refused')) return { ...status, kind: 'needs_look', unsent };
  if (waiting === 0 || status.kind === 'needs_look') return { ...status, unsent };
  if (status.kind === 'sending') return { ...status, unsent, total: (status.total ?? status.unsent) + waiting };
  if (progressOf(files) === null) return { ...status, kind: 'saved_here', unsent };
  return { ...status, kind: 'sending', unsent, sent: 0, total: unsent };
}
