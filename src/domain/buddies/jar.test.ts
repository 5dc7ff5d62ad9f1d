import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, mondayOf } from '../calendar/dates.ts';
import { filledWhile, jarOf, jarSize, marblesAWeek, newMarbles } from './jar.ts';

const joinedOn = '2026-11-04';
const today = '2026-11-27';
const day = fc.integer({ min: -14, max: 40 }).map((days) => addDays(joinedOn, days));
const days = fc.array(day, { maxLength: 40 });

/** What is in the jar when work arrives in these portions. */
function arriving(portions: readonly (readonly string[])[]): string[] {
  const done: string[] = [];
  return portions.reduce<string[]>((counted, portion) => {
    done.push(...portion);
    return [...counted, ...newMarbles(done, counted, joinedOn, today)];
  }, []);
}

describe('laws of the jar', () => {
  test('in whatever order work arrives it comes to as many marbles', () => {
    fc.assert(
      fc.property(
        days.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(arriving(shuffled.map((one) => [one])).length).toBe(arriving([all]).length);
        },
      ),
    );
  });

  test('what arrives again adds nothing', () => {
    fc.assert(
      fc.property(days, (all) => {
        expect(newMarbles(all, arriving([all]), joinedOn, today)).toEqual([]);
      }),
    );
  });

  test('one more entry never lowers it, and one that is taken back neither', () => {
    fc.assert(
      fc.property(days, day, (all, more) => {
        const before = arriving([all]);
        expect(arriving([[...all, more]]).length).toBeGreaterThanOrEqual(before.length);
        expect(newMarbles([], before, joinedOn, today)).toEqual([]);
      }),
    );
  });

  test('nobody puts in more than one a day and five a week, nor anything from before joining or from days to come', () => {
    fc.assert(
      fc.property(days, days, (first, then) => {
        const marbles = arriving([first, then]);
        expect(new Set(marbles).size).toBe(marbles.length);
        expect(marbles.every((one) => one >= joinedOn && one <= today)).toBe(true);
        for (const ofWeek of Map.groupBy(marbles, mondayOf).values()) expect(ofWeek.length).toBeLessThanOrEqual(marblesAWeek);
      }),
    );
  });

  test('a full jar goes on the shelf and loses no marble', () => {
    fc.assert(
      fc.property(fc.nat(1000), (marbles) => {
        const jar = jarOf(marbles);
        expect(jar.full * jarSize + jar.marbles).toBe(marbles);
        expect(jar.marbles).toBeLessThan(jarSize);
      }),
    );
  });
});

test('three children with four days a week, or four with three, fill it in three weeks', () => {
  expect(jarOf(3 * 4 * 3)).toEqual({ marbles: 0, full: 1 });
  expect(jarOf(4 * 3 * 3)).toEqual({ marbles: 0, full: 1 });
});

test('a jar counts for whoever belonged to the group when it was filled', () => {
  const fullOn = ['2026-10-09', '2026-11-13'];
  expect(filledWhile(fullOn, '2026-09-01', null)).toBe('2026-10-09');
  expect(filledWhile(fullOn, '2026-10-10', null)).toBe('2026-11-13');
  expect(filledWhile(fullOn, '2026-10-10', '2026-11-12')).toBeNull();
  expect(filledWhile(fullOn, '2026-11-14', null)).toBeNull();
});
