import { expect, it } from 'vitest';
import { m } from '$lib/messages/generated/messages.js';
import { boardWords } from './board-words.ts';

const board = { monday: '2026-11-23', gardens: [], effort: [], places: null };
type Asked = Parameters<typeof boardWords>[0];

function asked({ shows = true, consented = true, has = board as object | null } = {}): Asked {
  const child = { showsOnBoards: shows, consents: consented ? ['leaderboard'] : [] };
  return { child, schoolClass: { board: has } } as unknown as Asked;
}

it('tells a child what their class sees of them on its boards', () => {
  expect(boardWords(asked())).toBe(m.child_sees_board());
  expect(boardWords(asked({ has: { ...board, places: [] } }))).toBe(m.child_sees_board_days());
});

it('tells of nothing where nothing is seen', () => {
  expect(boardWords(asked({ shows: false }))).toBeNull();
  expect(boardWords(asked({ consented: false }))).toBeNull();
  expect(boardWords(asked({ has: null }))).toBeNull();
  expect(boardWords({ child: null, schoolClass: null })).toBeNull();
});
