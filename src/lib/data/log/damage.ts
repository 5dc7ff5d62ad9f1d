import { decodeWrites } from './entry.ts';
import { LogState } from './log-state.ts';
import type { LogNames } from './log-names.ts';
import type { LogEntry, LogMedium } from './medium.ts';
import { snapshot } from './snapshot.ts';

/** An entry of a log is missing, or does not open, or says nothing that can be understood. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** @throws LogDamaged where one does not open, or one between two others is missing */
export function checkWhole(entries: readonly LogEntry[]): void {
  let before: number | null = null;
  for (const { number, bytes } of entries) {
    if (bytes === null) throw new LogDamaged(`Entry ${String(number)} of a log does not open.`);
    // Where a log begins says nothing: it may have been rewritten.
    if (before !== null && number !== before + 1) throw new LogDamaged(`Between ${String(before)} and ${String(number)} a log has a gap.`);
    before = number;
  }
}

/** Puts what can still be read in the place of a log that is damaged. @returns what it says now, and the number of its last entry */
export async function mend(medium: LogMedium, names: LogNames): Promise<{ state: LogState; last: number }> {
  for (;;) {
    const entries = await medium.readAfter(0);
    const state = salvage(entries, names);
    const last = entries.at(-1)?.number ?? 0;
    const rewritten = snapshot(state, names);
    // Where another tab was first, it has mended the log too, or has more to say.
    if (!(await medium.rewrite(last, rewritten))) continue;
    state.rewritten();
    return { state, last: last + rewritten.length };
  }
}

/**
 * What a damaged log still says. Every document that can be read stands; the person's own come on the list of what waits, all
 * of them: what the server is known to have is forgotten, for it may be known from an entry that is lost, and to send once too
 * often costs nothing (S13). Without its checkpoints the device asks the server from nothing, and compares (S11, S23).
 */
function salvage(entries: readonly LogEntry[], names: LogNames): LogState {
  const state = new LogState(names);
  for (const { bytes } of entries) {
    for (const write of readableWrites(bytes, names)) if (!names.isNotes(write.collection)) state.apply(write);
  }
  return state;
}

function readableWrites(bytes: LogEntry['bytes'], names: LogNames): ReturnType<typeof decodeWrites> {
  if (bytes === null) return [];
  try {
    return decodeWrites(bytes, names);
  } catch (reason) {
    // What does not parse is what this is about.
    if (reason instanceof SyntaxError) return [];
    throw reason;
  }
}
