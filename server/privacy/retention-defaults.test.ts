import { expect, test } from 'vitest';
import { dueBefore } from './retention-defaults.ts';

test('homework is kept for the school year that is under way and the one before', () => {
  expect(dueBefore('completions', 1, '2026-11-24')).toBe('2025-09-01');
  expect(dueBefore('completions', 1, '2026-08-31')).toBe('2024-09-01');
  expect(dueBefore('completions', 0, '2026-11-24')).toBe('2026-09-01');
});

test('a school year is archived once the new one is 30 days old', () => {
  expect(dueBefore('earlier_years', 30, '2026-09-30')).toBe('2025-09-01');
  expect(dueBefore('earlier_years', 30, '2026-10-01')).toBe('2026-09-01');
});

test('days and months count back from today, and months end where they end', () => {
  expect(dueBefore('notices', 90, '2026-11-24')).toBe('2026-08-26');
  expect(dueBefore('consents', 12, '2026-11-24')).toBe('2025-11-24');
  expect(dueBefore('consents', 12, '2028-02-29')).toBe('2027-02-28');
  expect(dueBefore('requests', 36, '2026-01-31')).toBe('2023-01-31');
  expect(dueBefore('consents', 3, '2026-05-31')).toBe('2026-02-28');
});
