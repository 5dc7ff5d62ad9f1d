import { expect, it } from 'vitest';
import { initialsOf } from './names.ts';

it('takes the first letters of two names, and none of a title', () => {
  expect(initialsOf('Ms Jo Okafor')).toBe('JO');
  expect(initialsOf('Mrs. Amara Nwosu Bell')).toBe('AN');
  expect(initialsOf('Cher')).toBe('C');
  expect(initialsOf('')).toBe('');
});
