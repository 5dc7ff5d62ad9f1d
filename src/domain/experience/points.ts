import { mondayOf, type IsoDate } from '../calendar/dates.ts';
import { countedAttempts, type Attempt } from './attempt.ts';

/** What each thing is worth. */
export const worth = { submitted: 10, approved: 10, again: 5, star: 5 } as const;
/** The most points of a day and of a week (Monday to Sunday). */
export const caps = { day: 60, week: 200 } as const;

/** The points of these attempts, caps and stars by the day that each counts for. Never negative. The rules: RULES.md beside this file. */
export function pointsOf(attempts: readonly Attempt[]): number {
  const weeks = new Map<IsoDate, Map<IsoDate, Day>>();
  for (const attempt of countedAttempts(attempts)) {
    const monday = mondayOf(attempt.date);
    const days = weeks.get(monday) ?? new Map<IsoDate, Day>();
    const day = days.get(attempt.date) ?? { points: 0, hasStar: false };
    day.points += pointsOfAttempt(attempt);
    day.hasStar ||= attempt.hasStar;
    weeks.set(monday, days.set(attempt.date, day));
  }
  return [...weeks.values()].reduce((sum, days) => sum + pointsOfWeek([...days.values()]), 0);
}

interface Day {
  points: number;
  hasStar: boolean;
}

function pointsOfAttempt({ status, isAnswer }: Attempt): number {
  if (status !== 'approved') return worth.submitted;
  return worth.submitted + worth.approved + (isAnswer ? worth.again : 0);
}

/** The one star of a week counts on the starred day that has most room for it, so that one more piece never takes it away. */
function pointsOfWeek(days: readonly Day[]): number {
  const capped = days.map(({ points }) => Math.min(caps.day, points));
  const star = Math.max(0, ...days.map(({ hasStar }, index) => (hasStar ? Math.min(worth.star, caps.day - (capped[index] ?? 0)) : 0)));
  return Math.min(
    caps.week,
    capped.reduce((sum, points) => sum + points, star),
  );
}
