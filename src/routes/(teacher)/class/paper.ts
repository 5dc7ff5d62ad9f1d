import * as v from 'valibot';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import type { Activity } from '#domain/collections/completions.ts';
import type { Task } from '#domain/collections/tasks.ts';
import { clubId, taskId } from '#domain/ids.ts';
import type { NewHomework } from '$lib/data/homework.ts';
import type { Child } from '$lib/records/children.ts';
import { openTasks } from '$lib/records/open-tasks.ts';
import type { Piece } from '$lib/records/pieces.ts';

/** Days back for which homework may be logged, today beside them. */
const daysBack = 7;

export interface Paper {
  readonly children: readonly Child[];
  readonly clubId: string;
  /** What the rows of the task share; null: no task. */
  readonly taskGroupId: string | null;
  readonly day: IsoDate;
  /** What it was, where there is no task. */
  readonly activity: Activity | null;
  /** What the child wrote, typed by the teacher; null where it was shown in class. */
  readonly words: string | null;
}

/** Newest first. */
export function daysToLog(today: IsoDate): IsoDate[] {
  return Array.from({ length: daysBack + 1 }, (_, back) => addDays(today, -back));
}

/** Tasks that every one of these children may still do, one row each. */
export function tasksForAll(
  children: readonly Child[],
  known: { readonly tasks: readonly Task[]; readonly piecesOf: (studentId: string) => readonly Piece[]; readonly today: IsoDate },
): Task[] {
  const [first, ...others] = children.map((child) =>
    openTasks({ tasks: known.tasks, pieces: known.piecesOf(child.studentId), child, today: known.today }).map(({ task }) => task),
  );
  return (first ?? []).filter(({ taskGroupId }) => others.every((open) => open.some((task) => task.taskGroupId === taskGroupId)));
}

/** One piece of homework for each child, each under the row of the task that is for that child. */
export function paperToHomework(
  { children, clubId: club, taskGroupId, day, activity, words }: Paper,
  tasks: readonly Task[],
): NewHomework[] {
  return children.map((child) => {
    const row = tasks.find(
      (task) =>
        task.taskGroupId === taskGroupId &&
        (task.studentId === child.studentId || (task.classId !== null && task.classId === child.classId)),
    );
    return {
      studentId: child.studentId,
      clubId: row?.clubId ?? v.parse(clubId, club),
      taskId: row ? v.parse(taskId, row.id) : null,
      completionDate: day,
      evidenceKind: words === null ? 'show_in_class' : 'written',
      writtenWork: words,
      activity: row ? null : activity,
    };
  });
}
