import { describe, expect, it } from 'vitest';
import { problemWords } from './problem-words.ts';

describe('why a sign-in did not work', () => {
  it('says how long to wait, in whole minutes', () => {
    expect(problemWords({ code: 'too_many_attempts', retryAfterSeconds: 61 }, 'adult')).toContain('2 minutes');
    expect(problemWords({ code: 'too_many_attempts', retryAfterSeconds: 20 }, 'adult')).toContain('1 minute,');
  });

  it('has one wording for every failure, so that nobody learns which part was right', () => {
    const wordings = (['sign_in_failed', 'not_found', 'invalid_request'] as const).map((code) => problemWords({ code }, 'adult'));
    expect(new Set(wordings).size).toBe(1);
  });

  it('tells a child in a child’s words', () => {
    expect(problemWords({ code: 'sign_in_failed' }, 'child')).toBe('That did not match. Try again.');
  });
});
