import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hallOfEffort, individualBoard, type BoardChild } from './names.ts';

const child = fc.record({
  studentId: fc.uuid({ version: 7 }),
  isShown: fc.boolean(),
  have: fc.integer({ min: 0, max: 7 }),
  need: fc.integer({ min: 0, max: 4 }),
}) satisfies fc.Arbitrary<BoardChild>;
const children = fc.uniqueArray(child, { maxLength: 36, selector: ({ studentId }) => studentId });
const id = (number: number) => `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const shown = (number: number, have: number): BoardChild => ({ studentId: id(number), isShown: true, have, need: 4 });
const hidden = (number: number, have: number): BoardChild => ({ ...shown(number, have), isShown: false });
const places = (all: readonly BoardChild[]) => individualBoard(all).map(({ place, days }) => [place, days]);

describe('a child who may not be shown', () => {
  test('appears in nothing', () => {
    fc.assert(
      fc.property(children, (all) => {
        const secret = new Set(all.filter(({ isShown }) => !isShown).map(({ studentId }) => studentId));
        expect([...hallOfEffort(all), ...individualBoard(all).map(({ studentId }) => studentId)].filter((one) => secret.has(one))).toEqual(
          [],
        );
      }),
    );
  });

  test('changes no name, no place and no number, whatever they did', () => {
    fc.assert(
      fc.property(children, (all) => {
        const without = all.filter(({ isShown }) => isShown);
        expect(hallOfEffort(all)).toEqual(hallOfEffort(without));
        expect(individualBoard(all)).toEqual(individualBoard(without));
      }),
    );
  });
});

describe('the Hall of Effort', () => {
  test('holds who did something this week, and does not tell how much', () => {
    expect(hallOfEffort([shown(1, 1), shown(2, 5), shown(3, 0), shown(4, 3), hidden(5, 5)])).toEqual([id(1), id(2), id(4)]);
  });
  test('stays empty where it would show one child or two', () => {
    expect(hallOfEffort([shown(1, 5), shown(2, 5), hidden(3, 5), shown(4, 0)])).toEqual([]);
  });
});

describe('the individual board', () => {
  test('shows five places at most, and equal days share one', () => {
    const days = [5, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 0];
    expect(places(days.map((have, index) => shown(index, have)))).toEqual([
      [1, 5],
      [1, 5],
      [3, 4],
      [4, 3],
      [5, 2],
    ]);
  });

  test('never shows nothing done, nor more places than half of those who may be shown', () => {
    expect(places([shown(1, 5), shown(2, 4), shown(3, 3), shown(4, 2)])).toEqual([
      [1, 5],
      [2, 4],
    ]);
    expect(places([shown(1, 5)])).toEqual([]);
    expect(places([shown(1, 0), shown(2, 0), shown(3, 0)])).toEqual([]);
  });

  test('names those with equal days together or not at all, and shares the first place with any number', () => {
    expect(places([shown(1, 5), shown(2, 3), shown(3, 3), shown(4, 3)])).toEqual([[1, 5]]);
    expect(places([shown(1, 4), shown(2, 4), shown(3, 4), shown(4, 4)]).map(([place]) => place)).toEqual([1, 1, 1, 1]);
    // Of ten, nine would be first, and everybody would know who is not.
    const nine = Array.from({ length: 9 }, (_, index) => shown(index, 5));
    expect(places([...nine, shown(9, 1)])).toEqual([]);
    expect(places([...nine, shown(9, 1), shown(10, 0), shown(11, 2)])).toHaveLength(9);
  });

  test('has no last one: two at least who may be shown are not named, or everybody is first', () => {
    fc.assert(
      fc.property(children, (all) => {
        const board = individualBoard(all);
        const left = all.filter(({ isShown }) => isShown).length - board.length;
        expect(board.length === 0 || left >= 2 || (left === 0 && board.every(({ place }) => place === 1))).toBe(true);
      }),
    );
  });
});
