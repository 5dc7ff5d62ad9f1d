import { describe, expect, it } from 'vitest';
import { codeLength, codeLetters, codeToPrint, isCode, typedToCode } from './code.ts';

const code = 'ABCD2345WXYZ';

describe('the code of a letter', () => {
  it('has no letter that is taken for another, and too many codes to try them through', () => {
    for (const unclear of '01OILU') expect(codeLetters).not.toContain(unclear);
    expect(new Set(codeLetters).size).toBe(codeLetters.length);
    expect(codeLength * Math.log2(codeLetters.length)).toBeGreaterThan(58);
  });

  it('is the same however it is typed', () => {
    for (const typed of [code, 'abcd-2345-wxyz', ' ABCD 2345 WXYZ ', 'ABCD–2345—WXYZ', codeToPrint(code)])
      expect(typedToCode(typed)).toBe(code);
  });

  it('is printed in three parts', () => {
    expect(codeToPrint(code)).toBe('ABCD-2345-WXYZ');
    expect(codeToPrint('')).toBe('');
  });

  it('is known from what cannot be one', () => {
    expect(isCode(code)).toBe(true);
    for (const other of ['', 'ABCD2345WXY', `${code}A`, 'ABCD2345WXY0', 'ABCD2345WXYO', 'abcd2345wxyz', 'ABCD-2345-WXY'])
      expect(isCode(other), other).toBe(false);
  });
});
