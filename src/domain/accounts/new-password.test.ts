import { describe, expect, it } from 'vitest';
import { passwordProblem } from './new-password.ts';

const own = ['Nadia Rahman', 'nadia.rahman@family.example', 'oak-hill'];

describe('a new password', () => {
  it('may be a phrase, with spaces, letters of any script and no digit', () => {
    for (const good of ['three wet otters', 'mae hen wlad fy', 'ЁжикВТумане', 'a-long-enough-one', 'x9!kQ2#mLp'])
      expect(passwordProblem(good, own)).toBeNull();
  });

  it('has ten letters at least, counted as people count', () => {
    expect(passwordProblem('', own)).toBe('too_short');
    expect(passwordProblem('ninechars', own)).toBe('too_short');
    expect(passwordProblem('🦊🦉🦡🦌🐸', own)).toBe('too_short');
    expect(passwordProblem('x'.repeat(199) + 'abc', own)).toBe('too_long');
  });

  it('is none that everybody tries first', () => {
    for (const plain of ['1234567890', 'Password123', 'QWERTYUIOP', 'aaaaaaaaaaaa', 'abababababab'])
      expect(passwordProblem(plain, own)).toBe('too_plain');
  });

  it('is not what everybody knows of the person', () => {
    for (const near of ['nadia rahman', 'Nadia Rahman1!', 'nadia.rahman@family.example', 'Oak-Hill22'])
      expect(passwordProblem(near, own), near).toBe('too_near');
    expect(passwordProblem('otters near oak-hill school', own)).toBeNull();
  });
});
