import { expect, test } from 'vitest';
import { timestampToInstant } from './column-types.ts';

test.each([
  ['2026-11-24 08:30:00+00', '2026-11-24T08:30:00.000Z'],
  ['2026-11-24 08:30:00.1+00', '2026-11-24T08:30:00.100Z'],
  ['2026-11-24 08:30:00.12+00', '2026-11-24T08:30:00.120Z'],
  ['2026-11-24 08:30:00.123+00', '2026-11-24T08:30:00.123Z'],
  ['2026-11-24 08:30:00.123987+00', '2026-11-24T08:30:00.123Z'],
])('an instant of PostgreSQL, %s, is read as %s', (text, instant) => {
  expect(timestampToInstant(text)).toBe(instant);
});
