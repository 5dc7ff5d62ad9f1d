import { expect, it } from 'vitest';
import { areInfants, usualWording } from './reading.ts';

it('shows pictures alone in Reception and Year 1, and words from Year 2 on', () => {
  expect(['N', 'R', '1'].map((year) => usualWording([year]))).toEqual(['few', 'few', 'few']);
  expect(['2', '3', '4', '5', '6'].map((year) => usualWording([year]))).toEqual(['all', 'all', 'all', 'all', 'all']);
});

it('has larger things to press up to Year 2', () => {
  expect(['N', 'R', '1', '2', '3', '6'].filter((year) => areInfants([year]))).toEqual(['N', 'R', '1', '2']);
});

it('takes no words from a class in which somebody reads', () => {
  expect(usualWording(['R', '1'])).toBe('few');
  expect(usualWording(['1', '2'])).toBe('all');
  expect(areInfants(['1', '2'])).toBe(true);
  expect(areInfants(['2', '3'])).toBe(false);
});

it('takes nothing from anybody whose year is not known', () => {
  expect(usualWording([])).toBe('all');
  expect(areInfants([])).toBe(false);
});
