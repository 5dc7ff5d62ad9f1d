import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, mondayOf } from '../calendar/dates.ts';
import { openingAt } from '../streaks/streak.ts';
import type { Attempt } from './attempt.ts';
import { caps, pointsOf } from './points.ts';
import { earlierWorkAt, recognise, type Recognition } from './recognition.ts';
import { aWork, clubs, recognised, runInput } from './testing.ts';

const day = fc.integer({ min: 0, max: 200 }).map((offset) => addDays('2026-09-01', offset));
const counted = fc.constantFrom('submitted', 'approved', 'approved', 'approved', 'returned');
const attempt: fc.Arbitrary<Attempt> = fc.record({
  id: fc.uuid(),
  clubId: fc.constantFrom(...clubs.map(({ id }) => id)),
  date: day,
  status: fc.oneof({ arbitrary: counted, weight: 9 }, { arbitrary: fc.constant('void'), weight: 1 }),
  strand: fc.constantFrom(null, 'number', 'fractions', 'geometry', 'reading', 'writing', 'castles', 'oceans'),
  activity: fc.constantFrom(null, 'reading', 'practice'),
  isAnswer: fc.boolean(),
  hasStar: fc.boolean(),
});
const history = fc.uniqueArray(attempt, { selector: ({ id }) => id, maxLength: 220, size: 'max' });

const standing = ({ points, level, clubLevels, badges }: Recognition) => ({ points, level, clubLevels, badges });

/** All that `after` lacks of what was there before. */
function lost(before: Recognition, after: Recognition): string[] {
  const levels = Object.entries(before.clubLevels).filter(([club, { level }]) => (after.clubLevels[club]?.level ?? 0) < level);
  return [
    ...(after.points < before.points ? ['points'] : []),
    ...(after.level < before.level ? ['level'] : []),
    ...levels.map(([club]) => `level in ${club}`),
    ...Object.keys(before.badges).filter((badge) => !(badge in after.badges)),
  ];
}

describe('laws of points, levels and badges', () => {
  test('the order of arrival does not matter', () => {
    const shuffled = history.chain((attempts) =>
      fc.tuple(fc.constant(attempts), fc.shuffledSubarray(attempts, { minLength: attempts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([attempts, other]) => {
        expect(standing(recognised(other))).toEqual(standing(recognised(attempts)));
      }),
    );
  });

  test('an attempt delivered twice counts once', () => {
    fc.assert(
      fc.property(history, (attempts) => {
        expect(standing(recognised([...attempts, ...attempts]))).toEqual(standing(recognised(attempts)));
      }),
    );
  });

  test('one more piece never takes away a point, a level or a badge', () => {
    fc.assert(
      fc.property(history, attempt, (attempts, more) => {
        const before = recognised(attempts);
        expect(lost(before, recognised([...attempts, more], { badgesBefore: before.badges }))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('neither an approval nor a star takes anything away, and a return takes nothing that approval had not given', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.boolean(), (attempts, which, hasStar) => {
        const before = recognised(attempts);
        const marked = attempts.map((one, index) =>
          index === which % attempts.length && one.status !== 'void'
            ? { ...one, status: 'approved' as const, hasStar: one.hasStar || hasStar }
            : one,
        );
        expect(lost(before, recognised(marked, { badgesBefore: before.badges }))).toEqual([]);
        const waiting = attempts.map((one) => (one.status === 'returned' ? { ...one, status: 'submitted' as const } : one));
        expect(standing(recognised(waiting))).toEqual(standing(before));
      }),
      { numRuns: 200 },
    );
  });

  test('what is void gives nothing', () => {
    fc.assert(
      fc.property(history, (attempts) => {
        expect(standing(recognised(attempts.filter(({ status }) => status !== 'void')))).toEqual(standing(recognised(attempts)));
      }),
    );
  });

  test('no day gives more than 60 points and no week more than 200, and none less than nothing', () => {
    fc.assert(
      fc.property(history, (attempts) => {
        for (const [cap, of] of [
          [caps.day, ({ date }: Attempt) => date],
          [caps.week, ({ date }: Attempt) => mondayOf(date)],
        ] as const) {
          for (const some of Map.groupBy(attempts, of).values()) {
            expect(pointsOf(some)).toBeLessThanOrEqual(cap);
            expect(pointsOf(some)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  test('an opening balance stands for all attempts before its Monday, also when it is moved on', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 28 }), fc.nat({ max: 28 }), day, (attempts, first, second, placedOn) => {
        const placements = { maths: { level: 7, on: placedOn } };
        let work = aWork(attempts, { placements });
        const whole = recognise(work);
        for (const weeksAgo of [Math.max(first, second), Math.min(first, second)]) {
          const monday = addDays(mondayOf(work.today), -7 * weeksAgo);
          const opening = { ...openingAt(runInput(work), monday), clubs: {}, work: earlierWorkAt(work, monday) };
          work = aWork(
            work.attempts.filter(({ date }) => date >= monday),
            { placements, opening, badgesBefore: whole.badges },
          );
        }
        const after = recognise(work);
        expect({ points: after.points, clubLevels: after.clubLevels }).toEqual({ points: whole.points, clubLevels: whole.clubLevels });
        // A half-term that lies across the Monday is all that is not seen any more: what it had brought is kept by whoever folds.
        const missing = Object.keys(whole.badges).filter((badge) => !(badge in after.badges));
        expect(missing.filter((badge) => !['half_term_hero', 'steady', 'welcome_back'].includes(badge))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
