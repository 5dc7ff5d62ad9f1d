import { expect, test } from 'vitest';
import { isTotp } from './totp.ts';

// RFC 6238, appendix B: the secret "12345678901234567890", the last six of the eight digits.
const secret = Buffer.from('12345678901234567890');

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('at second %i the code is %s', (second, code) => {
  expect(isTotp(secret, code, new Date(second * 1000))).toBe(true);
  expect(isTotp(secret, code, new Date((second + 30) * 1000)), 'a step later it is still taken').toBe(true);
  expect(isTotp(secret, code, new Date((second + 90) * 1000)), 'three steps later no more').toBe(false);
});

test.each(['', '28708', '2870822', '28708a', ' 287082'])('%j is no code', (code) => {
  expect(isTotp(secret, code, new Date(59_000))).toBe(false);
});
