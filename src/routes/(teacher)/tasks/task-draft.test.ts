import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { tasks } from '#domain/collections/tasks.ts';
import { aChild, aTask, idOf } from '$lib/records/testing.ts';
import type { SchoolClass } from '$lib/records/children.ts';
import { copyOf, draftOf, draftToContent, faultsOf, newDraft, usualDueDate } from './task-draft.ts';
import { includesWhom, targetsOf, toggleWhom, whomOf, whomOfYear, yearsToChoose } from './whom.ts';

const usual = { clubId: idOf(8001), classIds: [idOf(6001)], today: '2026-11-25', closures: [] };
const aClass = (number: number, yearGroups: string[]): SchoolClass => ({
  id: idOf(number),
  version: 1,
  name: `Class ${String(number)}`,
  academicYear: '2026',
  yearGroups,
  weeklyTarget: 4,
  staff: [],
});

describe('the day that a task is mostly due', () => {
  it('is the next Friday, on a Friday the one after', () => {
    expect(usualDueDate('2026-11-25', [])).toBe('2026-11-27');
    expect(usualDueDate('2026-11-27', [])).toBe('2026-12-04');
    expect(usualDueDate('2026-11-28', [])).toBe('2026-12-04');
  });

  it('is a Friday with school', () => {
    expect(usualDueDate('2026-12-16', [{ from: '2026-12-18', until: '2027-01-04' }])).toBe('2027-01-08');
    expect(usualDueDate('2026-11-25', [{ from: '2026-11-01', until: '2028-01-01' }])).toBe('2026-11-27');
  });
});

describe('a task that is being written', () => {
  it('lacks nothing but its title', () => {
    const draft = newDraft(usual);
    expect(faultsOf(draft, 1)).toEqual(['title']);
    const content = draftToContent({ ...draft, title: ' Fractions ', evidenceKinds: ['written', 'photo'] });
    expect(content).toMatchObject({ title: 'Fractions', dueOn: '2026-11-27', opensOn: '2026-11-25', evidenceKinds: ['photo', 'written'] });
    const row = { id: idOf(1), version: 0, classId: idOf(6001), studentId: null, taskGroupId: idOf(2), strand: null, level: null };
    expect(v.is(tasks.schema, { ...row, ...content })).toBe(true);
  });

  it('is not set with a fault, each of which is named', () => {
    const draft = { ...newDraft(usual), title: 'x' };
    expect(faultsOf({ ...draft, title: ' ', clubId: '', evidenceKinds: [] }, 0)).toEqual(['club', 'title', 'whom', 'evidence']);
    expect(faultsOf({ ...draft, title: 'x'.repeat(201) }, 1)).toEqual(['title']);
    expect(faultsOf({ ...draft, dueOn: '2026-11-24' }, 1)).toEqual(['due']);
    expect(faultsOf({ ...draft, opensOn: '', dueOn: '' }, 1)).toEqual(['opens']);
    expect(faultsOf({ ...draft, dueOn: '' }, 1)).toEqual([]);
  });

  it('comes back from an earlier one as it was, and is copied for days to come', () => {
    const rows = [aTask(1), aTask(2, { classId: null, studentId: idOf(9003) })];
    const [task] = rows;
    if (!task) throw new Error('There is a task.');
    expect(draftOf(task, rows)).toMatchObject({ title: 'Task 1', dueOn: '2026-11-26', classIds: [idOf(6001)], studentIds: [idOf(9003)] });
    expect(copyOf(task, rows, usual)).toMatchObject({
      title: 'Task 1',
      opensOn: '2026-11-25',
      dueOn: '2026-11-27',
      classIds: [idOf(6001)],
    });
  });
});

describe('whom a task is for', () => {
  const willow = aClass(6001, ['4']);
  const mixed = aClass(6002, ['4', '5']);
  const children = [
    aChild(9001),
    aChild(9002, { classId: idOf(6002), yearGroup: '4' }),
    aChild(9003, { classId: idOf(6002), yearGroup: '5' }),
  ];

  it('becomes one row a class, and one a child who is in none of them', () => {
    const targets = targetsOf({ classIds: [idOf(6001)], studentIds: [idOf(9001), idOf(9003), idOf(9003)] }, children);
    expect(targets).toEqual([
      { classId: idOf(6001), studentId: null },
      { classId: null, studentId: idOf(9003) },
    ]);
    expect(whomOf([aTask(1), aTask(2, { classId: null, studentId: idOf(9003) })])).toEqual({
      classIds: [idOf(6001)],
      studentIds: [idOf(9003)],
    });
  });

  it('may be a year group: its own class whole, of a mixed one its children alone', () => {
    expect(yearsToChoose([willow])).toEqual([]);
    expect(yearsToChoose([willow, mixed])).toEqual(['4', '5']);
    const year4 = whomOfYear('4', [willow, mixed], children);
    expect(year4).toEqual({ classIds: [idOf(6001)], studentIds: [idOf(9002)] });
    const nobody = { classIds: [], studentIds: [] };
    expect(includesWhom(nobody, year4)).toBe(false);
    const chosen = toggleWhom(nobody, year4);
    expect(includesWhom(chosen, year4)).toBe(true);
    expect(toggleWhom(chosen, year4)).toEqual(nobody);
    expect(includesWhom(chosen, whomOfYear('6', [willow, mixed], children))).toBe(false);
  });
});
