import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { classId, studentId } from '#domain/ids.ts';
import { aCompletion, aPiece, aTask, idOf } from './testing.ts';
import { openTasks } from './open-tasks.ts';

const child = { classId: v.parse(classId, idOf(6001)), studentId: v.parse(studentId, idOf(9001)) };
const today = '2026-11-24';

const titles = (...of: ReturnType<typeof aTask>[]) => openTasks({ tasks: of, pieces: [], child, today }).map(({ task }) => task.title);

describe('tasks that a child may do', () => {
  it('come the next due first, those whose day has passed last', () => {
    expect(titles(aTask(4, { dueOn: '2026-11-20' }), aTask(1, { dueOn: null }), aTask(2, { dueOn: '2026-11-27' }), aTask(3))).toEqual([
      'Task 3',
      'Task 2',
      'Task 1',
      'Task 4',
    ]);
  });

  it('are of the own class or for this child alone', () => {
    expect(
      titles(
        aTask(1, { classId: idOf(6002) }),
        aTask(2, { classId: null, studentId: idOf(9002) }),
        aTask(3, { classId: null, studentId: idOf(9001) }),
      ),
    ).toEqual(['Task 3']);
  });

  it('are not offered before they open, nor long after their day', () => {
    expect(titles(aTask(1, { opensOn: '2026-11-25' }), aTask(2, { opensOn: '2026-11-02', dueOn: '2026-11-09' }))).toEqual([]);
    expect(openTasks({ tasks: [aTask(3, { dueOn: '2026-11-23' })], pieces: [], child, today })).toMatchObject([{ isPast: true }]);
  });

  it('go once they are answered, on any row of the task, unless that was set aside', () => {
    const forClass = aTask(1);
    const forChild = aTask(2, { classId: null, studentId: idOf(9001), taskGroupId: forClass.taskGroupId });
    const answer = (status: 'submitted' | 'void') => {
      return aPiece(5, { status, completion: aCompletion(5, { taskId: idOf(1) }) });
    };
    expect(openTasks({ tasks: [forClass, forChild], pieces: [], child, today })).toHaveLength(1);
    expect(openTasks({ tasks: [forClass, forChild], pieces: [answer('submitted')], child, today })).toHaveLength(0);
    expect(openTasks({ tasks: [forClass, forChild], pieces: [answer('void')], child, today })).toHaveLength(1);
  });
});
