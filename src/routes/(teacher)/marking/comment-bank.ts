import { m } from '$lib/messages/generated/messages.js';
import type { MarkingMode } from './keys.ts';

/** Nine lines each, so that every one has a number key: what went well, and what to try again. */
const commentBank: Record<'praise' | 'again', readonly (() => string)[]> = {
  praise: [
    m.marking_praise_1,
    m.marking_praise_2,
    m.marking_praise_3,
    m.marking_praise_4,
    m.marking_praise_5,
    m.marking_praise_6,
    m.marking_praise_7,
    m.marking_praise_8,
    m.marking_praise_9,
  ],
  again: [
    m.marking_again_1,
    m.marking_again_2,
    m.marking_again_3,
    m.marking_again_4,
    m.marking_again_5,
    m.marking_again_6,
    m.marking_again_7,
    m.marking_again_8,
    m.marking_again_9,
  ],
};

/** The lines that stand beside a piece: with the stickers open too, the praise. */
export function commentsFor(mode: MarkingMode): readonly (() => string)[] {
  return commentBank[mode === 'again' ? 'again' : 'praise'];
}

/** Why a piece is set aside; the reason becomes the comment that stays with it. */
export const setAsideReasons: readonly (() => string)[] = [
  m.marking_aside_duplicate,
  m.marking_aside_wrong_child,
  m.marking_aside_not_homework,
];

/** One comment from a line of the bank and the teacher's own words; null when there is neither. */
export function joinComment(fromBank: string | null, ownWords: string): string | null {
  const own = ownWords.trim();
  if (fromBank === null) return own === '' ? null : own;
  return own === '' ? fromBank : `${/[.!?]$/.test(fromBank) ? fromBank : `${fromBank}.`} ${own}`;
}
