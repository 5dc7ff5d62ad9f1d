import { describe, expect, it } from 'vitest';
import { addMonths, mondaysOf } from './month.ts';

describe('paging months', () => {
  it('goes over the turn of the year both ways', () => {
    expect(addMonths('2026-12', 1)).toBe('2027-01');
    expect(addMonths('2026-01', -1)).toBe('2025-12');
    expect(addMonths('2026-11', 0)).toBe('2026-11');
  });

  it('shows every week with a day in the month, the newest first, and no week to come', () => {
    expect(mondaysOf('2026-11', '2026-11-24')).toEqual(['2026-11-23', '2026-11-16', '2026-11-09', '2026-11-02', '2026-10-26']);
    expect(mondaysOf('2026-09', '2026-11-24')).toEqual(['2026-09-28', '2026-09-21', '2026-09-14', '2026-09-07', '2026-08-31']);
  });
});
