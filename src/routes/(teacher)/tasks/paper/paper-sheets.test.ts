import { describe, expect, it } from 'vitest';
import { aChild, aClub, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { buildTasks } from '../task-list.ts';
import { readAddress, writeAddress } from './paper-address.ts';
import { childSets, classSet, setsToPages, taskSets } from './paper-sheets.ts';

const today = '2026-11-25';
const amara = aChild(9001);
const dev = aChild(9002, { displayName: 'Dev Patel', firstName: 'Dev' });
const other = aChild(9003, { displayName: 'Zara Lloyd', firstName: 'Zara', classId: idOf(6002) });
const tables = aTask(1, { title: 'Times tables', dueOn: '2026-11-27' });
const story = aTask(2, { title: 'A story', dueOn: null });
const past = aTask(3, { title: 'Past', dueOn: '2026-11-24' });
const coming = aTask(4, { title: 'Coming', opensOn: '2026-11-26', dueOn: '2026-11-30' });
const ofDev = aTask(5, { title: 'For Dev alone', classId: null, studentId: idOf(9002), dueOn: '2026-11-26' });
const tasks = [story, tables, past, coming, ofDev];
const pieces = [aPiece(1, { completion: aCompletion(1, { taskId: idOf(1) }), task: tables })];
const clubsById = new Map([[idOf(8001), aClub()]]);
const all = buildTasks({ tasks, children: [amara, dev, other], pieces, clubsById, today });
const titles = (sets: readonly { child: { firstName: string } | null; tasks: readonly { task: { title: string } }[] }[]) =>
  sets.map(({ child, tasks: own }) => [child?.firstName ?? null, ...own.map(({ task }) => task.title)]);

describe('homework on paper', () => {
  it('has one sheet of a task for anybody, or one for each child it is for who has not done it', () => {
    const [one] = all.filter(({ task }) => task.title === 'Times tables');
    expect(one && titles(taskSets(one, false))).toEqual([[null, 'Times tables']]);
    expect(one && titles(taskSets(one, true))).toEqual([['Dev', 'Times tables']]);
  });

  it('has for a class what is open for all of it, the next due first, and nothing that is set for one child', () => {
    expect(titles(classSet(all, { id: idOf(6001) }))).toEqual([[null, 'Times tables', 'A story']]);
    expect(classSet(all, { id: idOf(6002) })).toEqual([]);
  });

  it('has for each child what the own screen would show, and no sheet for whoever has nothing to do', () => {
    const known = { tasks, clubsById, today, piecesOf: (id: string) => (id === amara.studentId ? pieces : []) };
    expect(titles(childSets([amara, dev, other], known))).toEqual([
      ['Amara', 'A story', 'Past'],
      ['Dev', 'For Dev alone', 'Times tables', 'A story', 'Past'],
    ]);
  });

  it('puts three tasks on a page at most, and one with much to read on a page of its own', () => {
    const short = (number: number) => ({ task: aTask(number), club: null });
    const long = { task: aTask(9, { instructions: 'Read. '.repeat(200) }), club: null };
    const lay = (own: readonly { task: { id: string } }[]) => own.map(({ task }) => Number(task.id.slice(-2)));
    const pages = setsToPages([{ child: dev, tasks: [short(1), short(2), short(3), short(4), long] }]);
    expect(pages.map(({ tasks: own }) => lay(own))).toEqual([[1, 2, 3], [4], [9]]);
    expect(pages.map(({ child, page, pages: count }) => [child?.firstName, page, count])).toEqual([
      ['Dev', 1, 3],
      ['Dev', 2, 3],
      ['Dev', 3, 3],
    ]);
    expect(setsToPages([])).toEqual([]);
  });

  it('has an address that brings it back', () => {
    const address = { groupId: idOf(101), childId: null, classId: null, isNamed: true, space: 'box' } as const;
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
    expect(writeAddress(readAddress(new URLSearchParams('?class=x&space=sea')))).toBe('?class=x');
  });
});
