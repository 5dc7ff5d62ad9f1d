import { describe, expect, it } from 'vitest';
import { aChild, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { daysToLog, paperToHomework, tasksForAll } from './paper.ts';

const today = '2026-11-25';
const amara = aChild(9001);
const dev = aChild(9002);
const zara = aChild(9003, { classId: idOf(6002) });
const ofWillow = aTask(1, { taskGroupId: idOf(500) });
const ofZara = aTask(2, { taskGroupId: idOf(500), classId: null, studentId: idOf(9003) });
const other = aTask(3, { title: 'Reading' });

describe('homework that a teacher logs for children without a device', () => {
  it('is of today or the seven days before, newest first', () => {
    expect(daysToLog(today)).toHaveLength(8);
    expect([daysToLog(today)[0], daysToLog(today).at(-1)]).toEqual([today, '2026-11-18']);
  });

  it('may be for a task that all of them have still to do', () => {
    const done = aPiece(11, { completion: aCompletion(11, { taskId: other.id }) });
    const known = { tasks: [ofWillow, ofZara, other], today, piecesOf: (id: string) => (id === dev.studentId ? [done] : []) };
    const titles = (...children: (typeof amara)[]) => tasksForAll(children, known).map(({ taskGroupId }) => taskGroupId);
    expect(titles(amara)).toEqual([other.taskGroupId, idOf(500)].sort());
    expect(titles(amara, dev)).toEqual([idOf(500)]);
    expect(titles(amara, zara)).toEqual([idOf(500)]);
    expect(titles()).toEqual([]);
  });

  it('is one piece a child, under the row that is for that child', () => {
    const paper = {
      children: [amara, zara],
      clubId: idOf(8002),
      taskGroupId: idOf(500),
      day: '2026-11-24',
      activity: 'reading' as const,
      words: null,
    };
    expect(paperToHomework(paper, [ofWillow, ofZara, other])).toMatchObject([
      {
        studentId: amara.studentId,
        taskId: ofWillow.id,
        clubId: ofWillow.clubId,
        completionDate: '2026-11-24',
        evidenceKind: 'show_in_class',
      },
      { studentId: zara.studentId, taskId: ofZara.id, writtenWork: null, activity: null },
    ]);
  });

  it('without a task is of the club that was chosen, with the words where there are some, and says what it was', () => {
    const paper = {
      children: [amara],
      clubId: idOf(8002),
      taskGroupId: null,
      day: today,
      activity: 'practice' as const,
      words: 'Six sevens.',
    };
    expect(paperToHomework(paper, [ofWillow])).toEqual([
      {
        studentId: amara.studentId,
        clubId: idOf(8002),
        taskId: null,
        completionDate: today,
        evidenceKind: 'written',
        writtenWork: 'Six sevens.',
        activity: 'practice',
      },
    ]);
  });
});
