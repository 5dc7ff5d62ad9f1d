import { expect, test } from 'vitest';
import { studentId as brand } from '../ids.ts';
import * as v from 'valibot';
import { cheersLeft } from './cheers-left.ts';

const maya = v.parse(brand, '0190a000-0000-7000-8000-000000000001');
const tom = v.parse(brand, '0190a000-0000-7000-8000-000000000002');
const cheer = (studentId: typeof maya | null, capturedAt: string) => ({ studentId, capturedAt });
const many = (count: number, ...of: Parameters<typeof cheer>) => Array.from({ length: count }, () => cheer(...of));
const left = (cheers: Parameters<typeof cheersLeft>[0]) => cheersLeft(cheers, maya, '2026-07-15', 'Europe/London');

test('ten a day, and never fewer than none', () => {
  expect(left([])).toBe(10);
  expect(left(many(9, maya, '2026-07-15T15:00:00.000Z'))).toBe(1);
  expect(left(many(12, maya, '2026-07-15T15:00:00.000Z'))).toBe(0);
});

test('those of others, of somebody unknown, and of other days of the school do not count', () => {
  expect(left([...many(5, tom, '2026-07-15T15:00:00.000Z'), ...many(5, null, '2026-07-15T15:00:00.000Z')])).toBe(10);
  // In summer the school's day begins at eleven in the evening, by UTC.
  expect(left([cheer(maya, '2026-07-14T22:59:00.000Z'), cheer(maya, '2026-07-14T23:00:00.000Z')])).toBe(9);
});
