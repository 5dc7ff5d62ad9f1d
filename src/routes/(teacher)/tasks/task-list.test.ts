import { describe, expect, it } from 'vitest';
import { aChild, aClub, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { buildTasks, doneShare, viewTasks, type TaskView } from './task-list.ts';
import { readAddress, writeAddress } from './tasks-address.ts';

const today = '2026-11-25';
const amara = aChild(9001, { displayName: 'Amara Bello' });
const dev = aChild(9002, { displayName: 'Dev Patel' });
const zara = aChild(9003, { displayName: 'Zara Lloyd', classId: idOf(6002) });
const clubsById = new Map([[idOf(8001), aClub()]]);
const answer = (number: number, task: number, student: number, fields: object = {}) =>
  aPiece(number, { completion: aCompletion(number, { taskId: idOf(task), studentId: idOf(student) }), ...fields });
const build = (tasks: ReturnType<typeof aTask>[], pieces: ReturnType<typeof aPiece>[] = []) =>
  buildTasks({ tasks, children: [zara, dev, amara], pieces, clubsById, today });
const view: TaskView = { find: '', clubId: null, classId: null, filter: 'all', sort: 'due', direction: 'ascending' };
const titles = (tasks: ReturnType<typeof build>, change: Partial<TaskView> = {}) =>
  viewTasks(tasks, { ...view, ...change }).map(({ task }) => task.title);

describe('tasks as a teacher sees them', () => {
  it('are one each, however many classes and children they were set for', () => {
    const group = { taskGroupId: idOf(500), title: 'Fractions' };
    const [one, ...others] = build([aTask(1, group), aTask(2, { ...group, classId: null, studentId: zara.studentId })]);
    expect(others).toEqual([]);
    expect(one?.children.map(({ displayName }) => displayName)).toEqual(['Amara Bello', 'Dev Patel', 'Zara Lloyd']);
  });

  it('count each child once who has done them, on whichever row, and nobody else', () => {
    const group = { taskGroupId: idOf(500) };
    const [one] = build(
      [aTask(1, group), aTask(2, { ...group, classId: null, studentId: zara.studentId })],
      [
        answer(11, 1, 9001),
        answer(12, 1, 9001),
        answer(13, 2, 9003),
        answer(14, 1, 9002, { status: 'void' }),
        // Somebody who has left the class meanwhile.
        answer(15, 1, 9099),
      ],
    );
    expect([...(one?.done.keys() ?? [])].sort()).toEqual([amara.studentId, zara.studentId].sort());
    expect(one && doneShare(one)).toBeCloseTo(2 / 3);
  });

  it('are past when their day is, and current until then, also before they open', () => {
    const all = build([
      aTask(1, { title: 'Past', dueOn: '2026-11-24' }),
      aTask(2, { title: 'Today', dueOn: today }),
      aTask(3, { title: 'Coming', opensOn: '2026-11-30', dueOn: '2026-12-04' }),
      aTask(4, { title: 'Any day', dueOn: null }),
    ]);
    expect(titles(all, { filter: 'current' })).toEqual(['Today', 'Coming', 'Any day']);
    expect(titles(all, { filter: 'past' })).toEqual(['Past']);
    expect(all.filter(({ isComing }) => isComing).map(({ task }) => task.title)).toEqual(['Coming']);
  });

  it('are found by their words and club, and filtered by club and class', () => {
    const all = build([
      aTask(1, { title: 'Fractions', instructions: 'Draw bars.' }),
      aTask(2, { title: 'Reading', clubId: idOf(8002), classId: idOf(6002) }),
    ]);
    expect(titles(all, { find: 'BARS maths' })).toEqual(['Fractions']);
    expect(titles(all, { clubId: idOf(8002) })).toEqual(['Reading']);
    expect(titles(all, { classId: idOf(6001) })).toEqual(['Fractions']);
    expect(titles(all, { find: 'nothing' })).toEqual([]);
  });

  it('sort by title as people count, and by how many have done them', () => {
    const all = build([aTask(1, { title: 'Page 10' }), aTask(2, { title: 'Page 9' })], [answer(11, 1, 9001)]);
    expect(titles(all, { sort: 'title' })).toEqual(['Page 9', 'Page 10']);
    expect(titles(all, { sort: 'done', direction: 'descending' })).toEqual(['Page 10', 'Page 9']);
  });

  it('are restored by the address', () => {
    const address = {
      find: 'fractions',
      clubId: 'c',
      classId: 'k',
      filter: 'past',
      sort: 'done',
      direction: 'ascending',
      groupId: 'g',
      isSetting: true,
    } as const;
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
    expect(writeAddress(readAddress(new URLSearchParams()))).toBe('');
  });
});
