import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gardenOf, leastChildren, topGardens, type ClassGarden } from './garden.ts';
import { isMet, type BoardWeek } from './week.ts';

const week = fc.record({ have: fc.integer({ min: 0, max: 7 }), need: fc.integer({ min: 0, max: 4 }) }) satisfies fc.Arbitrary<BoardWeek>;
const met: BoardWeek = { have: 4, need: 4 };
const missed: BoardWeek = { have: 0, need: 4 };
const weekOff: BoardWeek = { have: 0, need: 0 };
const classOf = (children: number, meeting: number) => Array.from({ length: children }, (_, index) => (index < meeting ? met : missed));

describe('the garden of a class', () => {
  test('is not there for fewer than ten children, whatever they did', () => {
    fc.assert(fc.property(fc.array(week, { maxLength: leastChildren - 1 }), (weeks) => gardenOf(weeks) === null));
  });

  test('counts neither way who had a week off, and is not there where those who are left are fewer than ten', () => {
    expect(gardenOf([...classOf(9, 9), ...Array.from({ length: 20 }, () => weekOff)])).toBeNull();
    expect(gardenOf([...classOf(10, 5), ...Array.from({ length: 20 }, () => weekOff)])).toBe(gardenOf(classOf(10, 5)));
  });

  test('is in full bloom from four fifths on, so that it never says that everybody met the week, nor who did not', () => {
    expect([8, 9, 10].map((meeting) => gardenOf(classOf(10, meeting)))).toEqual([4, 4, 4]);
    expect(gardenOf(classOf(30, 23))).toBe(3);
  });

  test('has bare beds below a fifth, so that it never says that nobody did', () => {
    expect([0, 1].map((meeting) => gardenOf(classOf(10, meeting)))).toEqual([0, 0]);
  });

  test('has each stage at two numbers of children at least', () => {
    for (let children = leastChildren; children <= 36; children++) {
      const stages = Map.groupBy(
        Array.from({ length: children + 1 }, (_, meeting) => gardenOf(classOf(children, meeting))),
        (stage) => stage,
      );
      expect([children, Math.min(...[...stages.values()].map((one) => one.length)) >= 2]).toEqual([children, true]);
    }
  });

  test('depends on nobody’s order, and one more met week never sets it back', () => {
    fc.assert(
      fc.property(fc.array(week, { minLength: leastChildren, maxLength: 36 }), (weeks) => {
        const stage = gardenOf(weeks);
        expect(gardenOf(weeks.toReversed())).toBe(stage);
        const index = weeks.findIndex((one) => one.need > 0 && !isMet(one));
        if (stage === null || index < 0) return;
        const better = weeks.with(index, { have: 7, need: weeks[index]?.need ?? 0 });
        expect(gardenOf(better)).toBeGreaterThanOrEqual(stage);
      }),
    );
  });
});

describe('the school’s gardens', () => {
  const garden = fc.record({
    classId: fc.uuid(),
    name: fc.string({ maxLength: 8 }),
    stage: fc.constantFrom(0, 1, 2, 3, 4),
  }) satisfies fc.Arbitrary<ClassGarden>;
  const gardens = fc.uniqueArray(garden, { maxLength: 16, selector: ({ classId }) => classId });
  const monday = '2026-11-23';

  test('are three at most, never more than half of all, and none of a school with fewer than four', () => {
    fc.assert(
      fc.property(gardens, (all) => {
        const shown = topGardens(all, monday);
        expect(shown.length).toBeLessThanOrEqual(all.length < 4 ? 0 : Math.min(3, Math.floor(all.length / 2)));
      }),
    );
  });

  test('never have bare beds, and none that is left out has come further than one that is shown', () => {
    fc.assert(
      fc.property(gardens, (all) => {
        const shown = topGardens(all, monday);
        const worst = Math.min(...shown.map(({ stage }) => stage));
        expect(shown.every(({ stage }) => stage > 0)).toBe(true);
        for (const one of all) if (!shown.includes(one)) expect(shown.length === 0 || one.stage <= worst).toBe(true);
      }),
    );
  });

  test('of one stage take turns from week to week, whatever order they come in', () => {
    const equal = Array.from({ length: 8 }, (_, index): ClassGarden => ({ classId: `class-${String(index)}`, name: 'A', stage: 4 }));
    expect(topGardens(equal.toReversed(), monday)).toEqual(topGardens(equal, monday));
    const weeks = ['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30'];
    expect(new Set(weeks.map((one) => topGardens(equal, one)[0]?.classId)).size).toBeGreaterThan(1);
  });
});
