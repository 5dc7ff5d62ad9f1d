import { expect, it } from 'vitest';
import { jarSize } from '#domain/buddies/jar.ts';
import { marblesIn } from './marbles.ts';

it('a jar shows each of its marbles, and none moves as another comes', () => {
  for (let count = 0; count <= jarSize; count++) {
    expect(marblesIn(count)).toHaveLength(count);
    expect(marblesIn(count)).toEqual(marblesIn(jarSize).slice(0, count));
  }
});

it('no two marbles lie in one place, and all lie within the glass', () => {
  const marbles = marblesIn(jarSize);
  for (const [index, one] of marbles.entries()) {
    expect(one.x).toBeGreaterThan(22 + 9);
    expect(one.x).toBeLessThan(138 - 9);
    expect(one.y).toBeGreaterThan(60);
    expect(one.y).toBeLessThan(188 - 9);
    for (const other of marbles.slice(index + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(18);
  }
});
