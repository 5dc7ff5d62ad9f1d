import { describe, expect, test } from 'vitest';
import { endOfTerm } from './terms.ts';

const halfTerm = { from: '2026-10-26', until: '2026-10-30' };
const christmas = { from: '2026-12-19', until: '2027-01-03' };
const easter = { from: '2027-03-26', until: '2027-04-11' };

describe('the end of a term', () => {
  test('is the day before the next long holiday; a half-term ends nothing', () => {
    expect(endOfTerm([easter, christmas, halfTerm], '2026-10-01')).toBe('2026-12-18');
    expect(endOfTerm([easter, christmas, halfTerm], '2026-12-18')).toBe('2026-12-18');
  });

  test('is that of the coming term while there is a holiday, or where this one is as good as over', () => {
    expect(endOfTerm([christmas, easter], '2026-12-25')).toBe('2027-03-25');
    expect(endOfTerm([christmas, easter], '2026-12-15', 7)).toBe('2027-03-25');
  });

  test('is not known where the calendar ends before it', () => {
    expect(endOfTerm([halfTerm], '2026-10-01')).toBeNull();
  });
});
