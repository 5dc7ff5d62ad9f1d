import { streakInput } from '../streaks/streak-input.ts';
import { streak, type StreakInput } from '../streaks/streak.ts';
import type { Attempt } from './attempt.ts';
import { recognise, type Recognition, type RecognisedWork } from './recognition.ts';

/** A school's year for tests: each test names only the fields it is about. */

export const clubs = [
  { id: 'maths', subject: 'mathematics', strands: ['number', 'fractions', 'geometry'], levels: 21 },
  { id: 'english', subject: 'english', strands: ['reading', 'writing'], levels: 21 },
  { id: 'science', subject: 'science', strands: ['materials', 'forces'], levels: 21 },
  { id: 'topic', subject: 'topic', strands: ['castles', 'oceans'], levels: 21 },
  { id: 'chess', subject: 'other', strands: [], levels: 0 },
] as const satisfies RecognisedWork['clubs'];

const calendar = {
  startedOn: '2026-09-01',
  /** October half-term, Christmas, February half-term, Easter. */
  closures: [
    { from: '2026-10-26', until: '2026-10-30' },
    { from: '2026-12-21', until: '2027-01-03' },
    { from: '2027-02-15', until: '2027-02-19' },
    { from: '2027-03-26', until: '2027-04-11' },
  ],
  target: 4,
  excused: [],
  closedWeeks: [],
};

let made = 0;
export function anAttempt(fields: Partial<Attempt> = {}): Attempt {
  return {
    id: String(made++),
    clubId: 'maths',
    date: '2026-11-23',
    status: 'submitted',
    strand: null,
    activity: null,
    isAnswer: false,
    hasStar: false,
    ...fields,
  };
}

export function runInput({ attempts, today, opening }: Pick<RecognisedWork, 'attempts' | 'today' | 'opening'>): StreakInput {
  return streakInput({ ...calendar, today, opening, entries: attempts.map(({ date, status }) => ({ date, status })) });
}

export function aWork(attempts: readonly Attempt[], fields: Partial<RecognisedWork> = {}): RecognisedWork {
  const given = { attempts, today: '2027-03-24', opening: null, clubs, placements: {}, blooms: null, badgesBefore: {}, ...fields };
  return { ...given, streak: streak(runInput(given)) };
}

export function recognised(attempts: readonly Attempt[], fields: Partial<RecognisedWork> = {}): Recognition {
  return recognise(aWork(attempts, fields));
}
