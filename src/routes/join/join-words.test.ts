import { expect, it } from 'vitest';
import type { ErrorCode } from '#domain/errors.ts';
import { joinProblemWords } from './join-words.ts';

const words = (code: ErrorCode | 'offline', step: 'code' | 'account' = 'account') => joinProblemWords({ ok: false, code }, step);

it('says the same of every code that does not open, and points to the office', () => {
  expect(words('join_failed', 'code')).toBe(words('invalid_request', 'code'));
  expect(words('join_failed', 'code')).toContain('office');
});

it('tells a parent who may have an account already what to do', () => {
  expect(words('join_failed')).toContain('sign in first');
});

it('says how long to wait, and that a network is needed', () => {
  expect(joinProblemWords({ ok: false, code: 'too_many_attempts', retryAfterSeconds: 150 }, 'code')).toContain('3 minutes');
  expect(words('offline')).toContain('network');
});
