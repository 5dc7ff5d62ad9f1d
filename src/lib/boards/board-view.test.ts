import { expect, it } from 'vitest';
import * as v from 'valibot';
import { classBoard } from '#domain/collections/classes.ts';
import { boardView } from './board-view.ts';

const maya = { studentId: '0190a000-0000-7000-8000-000000000001', firstName: 'Maya', avatar: 'fox-1' };
const board = v.parse(classBoard, {
  monday: '2026-11-23',
  gardens: [
    { monday: '2026-11-23', stage: 2 },
    { monday: '2026-11-16', stage: 4 },
    { monday: '2026-11-09', stage: 0 },
  ],
  effort: [maya],
  places: [{ ...maya, place: 1, days: 4 }],
});

it('shows this week’s garden before those of earlier weeks, and this week’s names', () => {
  expect(boardView(board, '2026-11-27')).toEqual({
    stage: 2,
    earlier: [{ monday: '2026-11-16', stage: 4 }],
    effort: board.effort,
    places: board.places,
  });
});

it('names nobody when the device has not heard of the new week yet, and keeps the gardens in which something grew', () => {
  expect(boardView(board, '2026-11-30')).toEqual({ stage: null, earlier: board.gardens.slice(0, 2), effort: [], places: [] });
  expect(boardView({ ...board, places: null }, '2026-11-30')?.places).toBeNull();
});

it('is nothing where there is no board, or none was told', () => {
  expect([boardView(null, '2026-11-27'), boardView(undefined, '2026-11-27')]).toEqual([null, null]);
});
