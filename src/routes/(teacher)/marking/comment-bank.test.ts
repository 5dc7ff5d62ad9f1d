import { describe, expect, it } from 'vitest';
import { joinComment } from './comment-bank.ts';

describe('a comment', () => {
  it('is a line of the bank, the teacher’s own words, or both as two sentences', () => {
    expect(joinComment('Show each step', '')).toBe('Show each step');
    expect(joinComment(null, '  Lovely bars ')).toBe('Lovely bars');
    expect(joinComment('Show each step', 'See question 6.')).toBe('Show each step. See question 6.');
    expect(joinComment('Tell the class!', 'Tomorrow?')).toBe('Tell the class! Tomorrow?');
    expect(joinComment(null, ' ')).toBeNull();
  });
});
