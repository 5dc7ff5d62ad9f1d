import { expect, it } from 'vitest';
import { ticked } from './ticked.ts';

it('keeps what was chosen before when another box is ticked or taken out, and has none twice', () => {
  expect(ticked([], 'maya', true)).toEqual(['maya']);
  expect(ticked(['maya', 'leo'], 'zed', true)).toEqual(['maya', 'leo', 'zed']);
  expect(ticked(['maya', 'leo'], 'maya', false)).toEqual(['leo']);
  expect(ticked(['maya'], 'maya', true)).toEqual(['maya']);
  expect(ticked(['maya'], 'leo', false)).toEqual(['maya']);
});
