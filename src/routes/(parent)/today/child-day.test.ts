import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { tasks } from '#domain/collections/tasks.ts';
import { aChild, aClub, aCompletion, aPiece, idOf } from '$lib/records/testing.ts';
import { clubsOf, homeworkToShow, loggableDays, tasksToDo } from './child-day.ts';

const today = '2026-11-24';
const child = aChild(9001);

function aTask(number: number, fields = {}) {
  return v.parse(tasks.schema, {
    id: idOf(number),
    version: 1,
    clubId: idOf(8001),
    classId: idOf(6001),
    studentId: null,
    taskGroupId: idOf(number),
    title: `Task ${number}`,
    instructions: '',
    strand: null,
    level: null,
    evidenceKinds: ['written'],
    opensOn: '2026-11-20',
    dueOn: '2026-11-26',
    ...fields,
  });
}

describe('tasks to do', () => {
  it('holds the open tasks of the child’s class and of the child alone, the soonest due first', () => {
    const given = [
      aTask(1),
      aTask(2, { dueOn: '2026-11-25' }),
      aTask(3, { dueOn: null }),
      aTask(4, { classId: null, studentId: idOf(9001), dueOn: '2026-11-24' }),
      aTask(5, { classId: null, studentId: idOf(9002) }),
      aTask(6, { classId: idOf(6002) }),
      aTask(7, { opensOn: '2026-11-30', dueOn: null }),
      aTask(8, { opensOn: '2026-10-26', dueOn: '2026-11-02' }),
    ];
    expect(tasksToDo(child, given, [], today).map((task) => task.title)).toEqual(['Task 4', 'Task 2', 'Task 1', 'Task 3']);
  });

  it('leaves out what is logged, but not what was set aside', () => {
    const logged = aPiece(11, { completion: aCompletion(11, { taskId: idOf(1) }) });
    expect(tasksToDo(child, [aTask(1)], [logged], today)).toEqual([]);
    expect(tasksToDo(child, [aTask(1)], [{ ...logged, status: 'void' }], today)).toHaveLength(1);
  });
});

describe('homework to show', () => {
  const on = (number: number, date: string, fields = {}) => aPiece(number, { date, ...fields });

  it('puts what asks for another go first, then the newest', () => {
    const pieces = [on(1, '2026-11-20', { status: 'returned' }), on(2, '2026-11-24'), on(3, '2026-11-23'), on(4, '2026-11-10')];
    expect(homeworkToShow(pieces, today, 2).map((piece) => piece.completion.id)).toEqual([idOf(1), idOf(2), idOf(3)]);
  });

  it('shows all of today, and leaves out attempts that a later one has answered', () => {
    const pieces = [on(1, today), on(2, today), on(3, today), on(4, today, { isAnswered: true, status: 'returned' })];
    expect(homeworkToShow(pieces, today, 1)).toHaveLength(3);
  });
});

describe('what can be logged', () => {
  it('is today and seven days back', () => {
    expect(loggableDays(today)).toHaveLength(8);
    expect(loggableDays(today).at(-1)).toBe('2026-11-17');
  });

  it('is in the clubs of the child’s year group', () => {
    const clubs = [
      aClub(),
      aClub({ id: idOf(8002), yearGroups: ['R'] }),
      aClub({ id: idOf(8003), isActive: false }),
      aClub({ id: idOf(8004), yearGroups: [] }),
    ];
    expect(clubsOf(child, clubs).map((club) => club.id)).toEqual([idOf(8001), idOf(8004)]);
  });
});
