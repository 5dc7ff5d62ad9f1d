import { expect, test } from 'vitest';
import { deriveChild, foldChild, type ChildFacts, type DerivedCompletion } from './child-state.ts';

const completion = (id: string, effectiveDate: string, more: Partial<DerivedCompletion> = {}): DerivedCompletion => ({
  id,
  clubId: 'maths',
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
    { id: 'r1', completionId: 'a', verdict: 'returned', restores: null },
    { id: 'r2', completionId: 'b', verdict: 'approved', restores: null },
  ],
  excused: [],
  progress: null,
};

test('each attempt gets the status of its reviews, and only what differs is written', () => {
  expect(deriveChild(facts).statuses).toEqual([
    { id: 'a', status: 'returned' },
    { id: 'b', status: 'approved' },
  ]);
});

test('progress holds the run, the closed weeks and the figures of each club', () => {
  expect(deriveChild(facts).progress).toEqual({
    currentRun: 3,
    longestRun: 3,
    weeks: [{ monday: '2026-08-31', cap: 2, need: 1, target: 4 }],
    clubs: { maths: { approved: 1, waiting: 0, returned: 1 }, english: { approved: 0, waiting: 1, returned: 0 } },
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
  const reviews = [...facts.reviews, { id: 'r3', completionId: 'b', verdict: 'restored' as const, restores: 'r2' }];
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
  });
  const after = deriveChild({
    ...facts,
    completions: kept,
    reviews: facts.reviews.filter(({ completionId }) => completionId !== 'a'),
    progress: progress && { ...progress, opening },
  });
  expect(after.progress).toEqual({ ...progress, weeks: [], opening });
});
