import { expect, it } from 'vitest';
import { codeToAddress, fragmentToCode, joinPath } from './join-address.ts';

it('carries a letter’s code where no server and no log sees it', () => {
  const address = new URL(codeToAddress('https://homework.example', 'ABCD2345WXYZ'));
  expect(address.pathname).toBe(joinPath);
  expect(address.search).toBe('');
  expect(fragmentToCode(address.hash)).toBe('ABCD2345WXYZ');
});

it('reads a code however somebody has typed it into the address, and nothing out of an empty one', () => {
  expect(fragmentToCode('#abcd-2345-wxyz')).toBe('ABCD2345WXYZ');
  for (const empty of ['', '#', '# ']) expect(fragmentToCode(empty)).toBeNull();
});
