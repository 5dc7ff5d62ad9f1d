import { expect, it } from 'vitest';
import { viewerAction } from './viewer-keys.ts';

it('turns over with the arrows while the whole is in sight, and looks around with them from near', () => {
  expect(['ArrowRight', 'ArrowLeft'].map((key) => viewerAction(key, false))).toEqual(['next', 'previous']);
  expect(['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown'].map((key) => viewerAction(key, true))).toEqual([
    'right',
    'left',
    'up',
    'down',
  ]);
  for (const isClose of [true, false]) {
    expect(['+', '=', '-', '0'].map((key) => viewerAction(key, isClose))).toEqual(['closer', 'closer', 'further', 'whole']);
    expect(['PageDown', 'PageUp'].map((key) => viewerAction(key, isClose))).toEqual(['next', 'previous']);
  }
});

it('plays with the space bar, and has nothing to do with the keys of marking', () => {
  expect(viewerAction(' ', false)).toBe('play');
  for (const key of ['a', 'r', 'x', '1', 'u', 'Escape', 'Tab', 'Enter']) expect(viewerAction(key, false)).toBeNull();
});
