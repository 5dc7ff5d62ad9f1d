import { describe, expect, it } from 'vitest';
import { NotSignedIn, Refused, Unreachable } from '../sync/http.ts';
import { troubleOf } from './kept-at-school.svelte.ts';

describe('why something at the school could not be read or changed', () => {
  it('is told apart by what helps: a network, signing in, nobody, or another try', () => {
    expect(troubleOf(new Unreachable('The server did not answer.', null, { cause: new TypeError('fetch') }))).toBe('offline');
    expect(troubleOf(new NotSignedIn(false))).toBe('signed_out');
    expect(troubleOf(new NotSignedIn(true))).toBe('signed_out');
    expect(troubleOf(new Unreachable('not_found'))).toBe('out_of_reach');
    expect(troubleOf(new Unreachable('internal'))).toBe('trouble');
    expect(troubleOf(new Refused(409, 'clash', 'clash'))).toBe('trouble');
  });

  it('is never a mistake of ours: that is not taken for the school’s', () => {
    const mistake = new RangeError('ours');
    expect(() => troubleOf(mistake)).toThrow(mistake);
  });
});
