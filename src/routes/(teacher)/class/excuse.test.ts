import { expect, it } from 'vitest';
import { aChild } from '$lib/records/testing.ts';
import { excusesFor } from './excuse.ts';

it('excuses each child once on a day, and leaves out who is excused already', () => {
  const [amara, ben] = [aChild(9001), aChild(9002)];
  const day = '2026-11-24';
  const standing = new Map<string, { studentId: typeof ben.studentId; day: string }[]>([
    [amara.studentId, [{ studentId: amara.studentId, day: '2026-11-23' }]],
    [ben.studentId, [{ studentId: ben.studentId, day }]],
  ]);
  expect(excusesFor([amara, ben], day, (id) => standing.get(id) ?? [])).toEqual([{ studentId: amara.studentId, day }]);
  expect(excusesFor([], day, () => [])).toEqual([]);
});
