import { m } from '$lib/messages/generated/messages.js';
import type { Mark, MovedPiece } from './desk-source.ts';
import type { QueueItem } from './queue.ts';

/** What was done last: what is seen of it for a while. */
export interface Told {
  readonly who: string | null;
  readonly words: string;
  readonly isUndoable: boolean;
}

/** What is seen, and what is said to whoever hears the screen. */
export interface DeskWords {
  readonly told: Told | null;
  readonly said: string;
}

const short = { approved: m.marking_short_approved, returned: m.marking_short_returned, void: m.marking_short_void };
const said = { approved: m.marking_said_approved, returned: m.marking_said_returned, void: m.marking_said_void };

export function markWords({ child, verdict }: Mark, left: number, next: QueueItem | null): DeskWords {
  return {
    told: { who: child.displayName, words: short[verdict](), isUndoable: true },
    said: [said[verdict]({ name: child.firstName }), ...goingOn(left, next)].join(' '),
  };
}

export function undoneWords({ child }: Mark, left: number): DeskWords {
  return { told: null, said: `${m.marking_said_undone({ name: child.firstName })} ${m.marking_left({ count: left })}` };
}

export function moveWords({ from, to }: MovedPiece, left: number, next: QueueItem | null): DeskWords {
  return {
    told: { who: from.displayName, words: m.marking_short_moved({ name: to.displayName }), isUndoable: true },
    said: [m.marking_said_moved({ name: from.firstName, to: to.firstName }), ...goingOn(left, next)].join(' '),
  };
}

export function moveBackWords({ from }: MovedPiece): DeskWords {
  const words = m.marking_said_comes_back({ name: from.firstName });
  return { told: { who: null, words, isUndoable: false }, said: words };
}

export function failureWords(failed: Mark | MovedPiece): DeskWords {
  const child = 'move' in failed ? failed.from : failed.child;
  return { told: null, said: m.marking_not_saved({ name: child.firstName }) };
}

export function stillRecordingWords(): DeskWords {
  const words = m.marking_voice_stop_first();
  return { told: { who: null, words, isUndoable: false }, said: words };
}

function goingOn(left: number, next: QueueItem | null): string[] {
  return [m.marking_left({ count: left }), ...(next ? [m.marking_next_is({ name: next.child.displayName, title: next.title })] : [])];
}
