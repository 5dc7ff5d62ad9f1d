import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionId, reviewId } from '../ids.ts';
import type { Verdict } from '../collections/reviews.ts';
import * as v from 'valibot';
import { answeredAttempts, standingReviews, statusFromReviews, statusOf } from './status.ts';

const id = (n: number) => v.parse(reviewId, `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`);
const review = (n: number, verdict: Verdict, restores: number | null = null) => ({
  id: id(n),
  verdict,
  restores: restores === null ? null : id(restores),
});

test('without a review it is submitted', () => {
  expect(statusFromReviews([])).toBe('submitted');
});

test('approved wins over returned, whoever came first', () => {
  expect(statusFromReviews([review(1, 'approved'), review(2, 'returned')])).toBe('approved');
  expect(statusFromReviews([review(1, 'returned'), review(2, 'approved')])).toBe('approved');
});

test('void wins over everything, and restoring it brings the verdict back', () => {
  const marked = [review(1, 'approved'), review(2, 'void')];
  expect(statusFromReviews(marked)).toBe('void');
  expect(statusFromReviews([...marked, review(3, 'restored', 2)])).toBe('approved');
});

test('undoing the only verdict makes it wait again', () => {
  expect(statusFromReviews([review(1, 'returned'), review(2, 'restored', 1)])).toBe('submitted');
});

test('an undone verdict leaves another teacher’s standing', () => {
  const reviews = [review(1, 'approved'), review(2, 'returned'), review(3, 'restored', 1)];
  expect(statusFromReviews(reviews)).toBe('returned');
  expect(standingReviews(reviews).map((one) => one.id)).toEqual([id(2)]);
});

test('the order of arrival does not matter', () => {
  const reviews = fc
    .array(fc.tuple(fc.constantFrom('approved', 'returned', 'void', 'restored'), fc.nat({ max: 5 })), { maxLength: 8 })
    .map((list) => list.map(([verdict, target], n) => review(n, verdict, verdict === 'restored' ? target : null)));
  fc.assert(
    fc.property(
      reviews.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => {
        expect(statusFromReviews(shuffled)).toBe(statusFromReviews(list));
      },
    ),
  );
});

test('a device shows its own unsent review before the receipt knows of it', () => {
  expect(statusOf([review(1, 'approved')], { status: 'submitted' })).toBe('approved');
  expect(statusOf([], { status: 'void' })).toBe('void');
  expect(statusOf([], undefined)).toBe('submitted');
});

test('an attempt that a later one answers is history', () => {
  const first = v.parse(completionId, '00000000-0000-7000-8000-00000000000a');
  expect(answeredAttempts([{ previousAttemptId: null }, { previousAttemptId: first }])).toEqual(new Set([first]));
});
