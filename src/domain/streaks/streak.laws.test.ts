import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../../tests/vectors/streaks.json' with { type: 'json' };
import { addDays, mondayOf } from '../calendar/dates.ts';
import { openingAt, streak, weekRecords, type StreakEntry, type StreakInput } from './streak.ts';

const { expectedDays } = vectors;
const dayOfYear = fc.integer({ min: 0, max: 320 }).map((offset) => addDays('2026-09-01', offset));
const entry = fc.record({
  date: dayOfYear,
  status: fc.constantFrom('submitted', 'approved', 'returned', 'void'),
}) satisfies fc.Arbitrary<StreakEntry>;

/** Mostly diligent children: runs that are long enough to break. */
const history: fc.Arbitrary<StreakInput> = fc.record({
  expectedDays: fc.constant(expectedDays),
  target: fc.integer({ min: 1, max: 5 }),
  today: dayOfYear,
  entries: fc.oneof(fc.array(entry, { maxLength: 60 }), fc.array(entry, { minLength: 150, maxLength: 400 })),
  excused: fc.array(dayOfYear, { maxLength: 8 }),
});

const run = (input: StreakInput): { currentRun: number; longestRun: number } => {
  const { currentRun, longestRun } = streak(input);
  return { currentRun, longestRun };
};

describe('laws of the run', () => {
  test('the order of arrival does not matter', () => {
    fc.assert(
      fc.property(
        history.chain((input) =>
          fc.tuple(fc.constant(input), fc.shuffledSubarray([...input.entries], { minLength: input.entries.length })),
        ),
        ([input, shuffled]) => {
          expect(run({ ...input, entries: shuffled })).toEqual(run(input));
        },
      ),
    );
  });

  test('an entry delivered twice counts once', () => {
    fc.assert(
      fc.property(history, (input) => {
        expect(run({ ...input, entries: [...input.entries, ...input.entries] })).toEqual(run(input));
      }),
    );
  });

  test('one more entry never lowers a run', () => {
    fc.assert(
      fc.property(history, entry, (input, more) => {
        const before = run(input);
        const after = run({ ...input, entries: [...input.entries, more] });
        expect(after.currentRun).toBeGreaterThanOrEqual(before.currentRun);
        expect(after.longestRun).toBeGreaterThanOrEqual(before.longestRun);
      }),
      { numRuns: 500 },
    );
  });

  test('one more excused day never lowers a run', () => {
    fc.assert(
      fc.property(history, dayOfYear, (input, more) => {
        const before = run(input);
        const after = run({ ...input, excused: [...input.excused, more] });
        expect(after.currentRun).toBeGreaterThanOrEqual(before.currentRun);
        expect(after.longestRun).toBeGreaterThanOrEqual(before.longestRun);
      }),
      { numRuns: 500 },
    );
  });

  test('marking never changes a run, only void does', () => {
    fc.assert(
      fc.property(history, fc.constantFrom('submitted', 'approved', 'returned'), (input, status) => {
        const marked = input.entries.map((one) => (one.status === 'void' ? one : { ...one, status }));
        expect(run({ ...input, entries: marked })).toEqual(run(input));
      }),
    );
  });

  test('the open week can never break anything', () => {
    fc.assert(
      fc.property(history, (input) => {
        const weeks = streak(input).weeks;
        const open = weeks.at(-1);
        const before = weeks.at(-2);
        if (open && before) expect(open.run).toBeGreaterThanOrEqual(before.run);
      }),
    );
  });

  test('closed weeks that are kept change nothing while calendar and target stay', () => {
    fc.assert(
      fc.property(history, (input) => {
        const first = streak(input);
        expect(streak({ ...input, closedWeeks: weekRecords(first.weeks) })).toEqual(first);
      }),
    );
  });

  test('a harder target or a new closure later never lowers the run of closed weeks', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 5 }), fc.array(dayOfYear, { maxLength: 6 }), (input, target, closed) => {
        const first = streak(input);
        const start = expectedDays[0];
        const changed = { ...input, target, expectedDays: expectedDays.filter((day) => day === start || !closed.includes(day)) };
        const closedRun = first.weeks.at(-2)?.run ?? 0;
        const after = streak({ ...changed, closedWeeks: weekRecords(first.weeks) });
        expect(after.weeks.at(-2)?.run ?? 0).toBeGreaterThanOrEqual(closedRun);
      }),
      { numRuns: 500 },
    );
  });

  test('an opening balance stands for all entries before its Monday, also when it is moved on', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 46 }), fc.nat({ max: 46 }), (input, first, second) => {
        const whole = streak(input);
        let folded: StreakInput = input;
        for (const weeksAgo of [Math.max(first, second), Math.min(first, second)]) {
          const monday = addDays(mondayOf(input.today), -7 * weeksAgo);
          const opening = openingAt(folded, monday);
          folded = { ...folded, opening, entries: folded.entries.filter(({ date }) => date >= monday) };
        }
        const after = streak(folded);
        expect(run(folded)).toEqual({ currentRun: whole.currentRun, longestRun: whole.longestRun });
        expect(after.weeks).toEqual(whole.weeks.filter(({ monday }) => monday >= (folded.opening?.monday ?? '')));
      }),
      { numRuns: 150 },
    );
  });
});
