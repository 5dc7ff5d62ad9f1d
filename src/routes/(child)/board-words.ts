import { m } from '$lib/messages/generated/messages.js';
import type { Me } from './me.svelte.ts';

/** What the own class sees of a child on its boards, because they and their family said yes; null where it is nothing. */
export function boardWords({ child, schoolClass }: Pick<Me, 'child' | 'schoolClass'>): string | null {
  const isShown = child?.showsOnBoards === true && (child.consents?.includes('leaderboard') ?? false);
  if (!isShown || !schoolClass?.board) return null;
  return schoolClass.board.places === null ? m.child_sees_board() : m.child_sees_board_days();
}
