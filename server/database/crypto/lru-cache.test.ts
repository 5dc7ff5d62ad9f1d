import { expect, test } from 'vitest';
import { LruCache } from './lru-cache.ts';

test('the value used longest ago goes first', () => {
  const cache = new LruCache<number>(2, 1000, () => 0);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  expect(cache.size).toBe(2);
});

test('a value is forgotten after its lifetime, however often it is used', () => {
  let now = 0;
  const cache = new LruCache<number>(2, 1000, () => now);
  cache.set('a', 1);
  now = 999;
  expect(cache.get('a')).toBe(1);
  now = 1000;
  expect(cache.get('a')).toBeUndefined();
  expect(cache.size).toBe(0);
});

test('every look-up is told as a hit or a miss, what is forgotten or taken away as a miss', () => {
  let now = 0;
  const told: string[] = [];
  const cache = new LruCache<number>(
    2,
    1000,
    () => now,
    (outcome) => told.push(outcome),
  );
  cache.get('a');
  cache.set('a', 1);
  cache.get('a');
  cache.delete('a');
  cache.get('a');
  cache.set('a', 2);
  now = 1000;
  cache.get('a');
  expect(told).toEqual(['miss', 'hit', 'miss', 'miss']);
});
