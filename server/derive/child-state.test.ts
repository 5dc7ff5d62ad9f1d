import { expect, test } from 'vitest';
import { addDays } from '#domain/calendar/dates.ts';
import { deriveChild, foldChild, type ChildFacts, type DerivedCompletion } from './child-state.ts';

const completion = (id: string, effectiveDate: string, more: Partial<DerivedCompletion> = {}): DerivedCompletion => ({
  id,
  clubId: 'maths',
  strand: null,
  activity: null,
  previousAttemptId: null,
  effectiveDate,
  status: 'submitted',
  ...more,
});

const facts: ChildFacts = {
  startedOn: '2026-09-03',
  target: 4,
  closures: [],
  today: '2026-09-10',
  completions: [completion('a', '2026-09-03'), completion('b', '2026-09-07'), completion('c', '2026-09-08', { clubId: 'english' })],
  reviews: [
    { id: 'r1', completionId: 'a', verdict: 'returned', restores: null, star: false },
    { id: 'r2', completionId: 'b', verdict: 'approved', restores: null, star: false },
  ],
  excused: [],
  clubs: [
    { id: 'maths', subject: 'mathematics', strands: ['number', 'fractions'], levels: 21 },
    { id: 'english', subject: 'english', strands: ['reading'], levels: 21 },
  ],
  placements: {},
  blooms: [],
  teamJarOn: null,
  progress: null,
};

test('each attempt gets the status of its reviews, and only what differs is written', () => {
  expect(deriveChild(facts).statuses).toEqual([
    { id: 'a', status: 'returned' },
    { id: 'b', status: 'approved' },
  ]);
});

test('progress holds the run, the closed weeks, the figures of each club, points, levels and badges', () => {
  expect(deriveChild(facts).progress).toEqual({
    currentRun: 3,
    longestRun: 3,
    weeks: [{ monday: '2026-08-31', cap: 2, need: 1, target: 4 }],
    clubs: { maths: { approved: 1, waiting: 0, returned: 1 }, english: { approved: 0, waiting: 1, returned: 0 } },
    points: 40,
    level: 1,
    clubLevels: { maths: { level: 1, pieces: 1, placed: null } },
    badges: { first_step: '2026-09-03', week_star: '2026-09-03' },
    opening: null,
  });
});

test('deriving again writes nothing', () => {
  const first = deriveChild(facts);
  const statuses = new Map(first.statuses.map(({ id, status }) => [id, status]));
  const settled = facts.completions.map((one) => ({ ...one, status: statuses.get(one.id) ?? one.status }));
  expect(deriveChild({ ...facts, completions: settled, progress: first.progress })).toEqual({ statuses: [], progress: null });
});

test('work that came back and was tried again no longer counts as returned', () => {
  const completions = [...facts.completions, completion('d', '2026-09-09', { previousAttemptId: 'a' })];
  expect(deriveChild({ ...facts, completions }).progress?.clubs['maths']).toEqual({ approved: 1, waiting: 1, returned: 0 });
});

test('a verdict that was taken back is undone', () => {
  const reviews = [...facts.reviews, { id: 'r3', completionId: 'b', verdict: 'restored' as const, restores: 'r2', star: false }];
  const completions = facts.completions.map((one) => (one.id === 'b' ? { ...one, status: 'approved' as const } : one));
  expect(deriveChild({ ...facts, completions, reviews }).statuses).toContainEqual({ id: 'b', status: 'submitted' });
});

test('a closed week keeps the target it was judged by when the class target changes', () => {
  const { progress } = deriveChild(facts);
  expect(deriveChild({ ...facts, target: 2, progress, today: '2026-09-15' }).progress?.weeks).toEqual([
    { monday: '2026-08-31', cap: 2, need: 1, target: 4 },
    { monday: '2026-09-07', cap: 5, need: 2, target: 2 },
  ]);
});

test('an excused day lowers what the week needs, and counts against nothing', () => {
  const week = { completions: [], reviews: [], today: '2026-09-15', startedOn: '2026-09-07' };
  expect(deriveChild({ ...facts, ...week }).progress?.weeks).toEqual([{ monday: '2026-09-07', cap: 5, need: 4, target: 4 }]);
  const excused = ['2026-09-07', '2026-09-08'];
  expect(deriveChild({ ...facts, ...week, excused }).progress?.weeks).toEqual([{ monday: '2026-09-07', cap: 5, need: 2, target: 4 }]);
});

test('what is removed leaves run and figures as they were, once it is folded', () => {
  const { progress } = deriveChild(facts);
  const kept = facts.completions.filter(({ id }) => id !== 'a');
  const opening = foldChild({ ...facts, progress }, '2026-09-07', new Set(['a']));
  expect(opening).toEqual({
    monday: '2026-09-07',
    run: 1,
    longestRun: 1,
    isLastMissed: false,
    clubs: { maths: { approved: 0, waiting: 0, returned: 1 } },
    work: {
      points: 10,
      badges: { first_step: '2026-09-03', week_star: '2026-09-03' },
      approved: {},
      sincePlaced: {},
      again: 0,
      reading: 0,
      steadyHalfTerms: 0,
    },
  });
  const after = deriveChild({
    ...facts,
    completions: kept,
    reviews: facts.reviews.filter(({ completionId }) => completionId !== 'a'),
    progress: progress && { ...progress, opening },
  });
  expect(after.progress).toEqual({ ...progress, weeks: [], opening });
});

test('what was read counts for Bookworm as before, once some of it is folded', () => {
  const read = Array.from({ length: 25 }, (_, index) =>
    completion(`read ${String(index)}`, addDays('2026-09-03', index), { clubId: 'english', activity: 'reading' }),
  );
  const all = { ...facts, today: '2026-10-02', completions: read, reviews: [] };
  const { progress } = deriveChild(all);
  expect(progress?.badges['bookworm']).toBe('2026-09-27');
  const removed = new Set(read.slice(0, 11).map(({ id }) => id));
  const opening = foldChild({ ...all, progress }, '2026-09-14', removed);
  expect(opening.work?.reading).toBe(11);
  const after = (completions: readonly DerivedCompletion[]) =>
    deriveChild({ ...all, completions, progress: progress && { ...progress, opening } }).progress?.badges['bookworm'];
  expect(after(read.slice(11))).toBe('2026-09-27');
  expect(after(read.slice(11, 24))).toBeUndefined();
});

test('a teacher’s star and placement count, and a star goes with the review that was taken back', () => {
  const reviews = [{ id: 'r4', completionId: 'c', verdict: 'approved' as const, restores: null, star: true }];
  const placements = { english: { level: 10, on: '2026-09-07' } };
  const starred = deriveChild({ ...facts, reviews, placements }).progress;
  expect(starred).toMatchObject({ points: 45, clubLevels: { english: { level: 10, pieces: 1, placed: placements.english } } });
  const restored = [...reviews, { id: 'r5', completionId: 'c', verdict: 'restored' as const, restores: 'r4', star: false }];
  expect(deriveChild({ ...facts, reviews: restored }).progress).toMatchObject({ points: 30, clubLevels: {} });
});

test('a half-term that lies across what is removed keeps the badges that it brought', () => {
  const mondays = ['2026-09-07', '2026-09-14', '2026-09-21'];
  const days = mondays.flatMap((monday) => [0, 1, 2, 3].map((day) => addDays(monday, day)));
  const completions = days.map((date, index) => completion(`d${String(index).padStart(2, '0')}`, date));
  const term = {
    ...facts,
    startedOn: '2026-09-07',
    completions,
    reviews: [],
    closures: [{ from: '2026-09-28', until: '2026-10-02' }],
    today: '2026-09-30',
  };
  const { progress } = deriveChild(term);
  expect(progress?.badges).toHaveProperty('half_term_hero', '2026-09-27');
  const removed = new Set(completions.filter(({ effectiveDate }) => effectiveDate < '2026-09-21').map(({ id }) => id));
  const opening = foldChild({ ...term, progress }, '2026-09-21', removed);
  const left = completions.filter(({ id }) => !removed.has(id));
  const after = deriveChild({ ...term, completions: left, progress: progress && { ...progress, opening } }).progress;
  expect(after).toMatchObject({ points: progress?.points, badges: progress?.badges, clubs: progress?.clubs });
});
