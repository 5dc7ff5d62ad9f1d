import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Child, SchoolClass } from '$lib/records/children.ts';
import { openTasks } from '$lib/records/open-tasks.ts';
import type { Club, Piece, Task } from '$lib/records/pieces.ts';
import type { SetTask } from '../task-list.ts';

/** One task as it stands on a sheet. */
export interface PaperTask {
  readonly task: Task;
  readonly club: Club | null;
}

/** What is printed for one child, or for whoever writes the name on it. */
export interface PaperSet {
  /** Null: with a line for the name. */
  readonly child: Child | null;
  readonly tasks: readonly PaperTask[];
}

/** One A4 page. */
export interface PaperPage extends PaperSet {
  readonly page: number;
  readonly pages: number;
}

/** A task set as a sheet for anybody it is for, or as one for each of them who has not done it. */
export function taskSets({ task, club, children, done }: SetTask, isNamed: boolean): PaperSet[] {
  const tasks = [{ task, club }];
  if (!isNamed) return [{ child: null, tasks }];
  return children.filter(({ studentId }) => !done.has(studentId)).map((child) => ({ child, tasks }));
}

/** What is open for a whole class, the next due first: one set for anybody in it. */
export function classSet(all: readonly SetTask[], { id }: Pick<SchoolClass, 'id'>): PaperSet[] {
  const tasks = all
    .filter((one) => !one.isPast && !one.isComing && one.rows.some(({ classId }) => classId === id))
    .sort((one, other) => (one.task.dueOn ?? '9999').localeCompare(other.task.dueOn ?? '9999') || one.groupId.localeCompare(other.groupId))
    .map(({ task, club }) => ({ task, club }));
  return tasks.length === 0 ? [] : [{ child: null, tasks }];
}

interface Known {
  readonly tasks: readonly Task[];
  readonly clubsById: ReadonlyMap<string, Club>;
  readonly today: IsoDate;
  readonly piecesOf: (studentId: string) => readonly Piece[];
}

/** What each of these children still has to do, as their own screens would show it; whoever has nothing gets no sheet. */
export function childSets(children: readonly Child[], { tasks, clubsById, today, piecesOf }: Known): PaperSet[] {
  return children.flatMap((child) => {
    const open = openTasks({ tasks, pieces: piecesOf(child.studentId), child, today }).map(({ task }) => ({
      task,
      club: clubsById.get(task.clubId) ?? null,
    }));
    return open.length === 0 ? [] : [{ child, tasks: open }];
  });
}

/** Room of a page, in characters of instructions; a task without any takes what a few lines to write on take. */
const room = 900;
const roomOfTask = 300;
const tasksAPage = 3;

/** Lays tasks out on pages: three at most, fewer where there is much to read, and each page with its owner's name. */
export function setsToPages(sets: readonly PaperSet[]): PaperPage[] {
  return sets.flatMap(({ child, tasks }) => {
    const laidOut: PaperTask[][] = [];
    let used = room;
    for (const one of tasks) {
      const needed = roomOfTask + one.task.instructions.length;
      const last = laidOut.at(-1);
      if (last === undefined || last.length === tasksAPage || used + needed > room) {
        laidOut.push([one]);
        used = needed;
      } else {
        last.push(one);
        used += needed;
      }
    }
    return laidOut.map((onPage, index) => ({ child, tasks: onPage, page: index + 1, pages: laidOut.length }));
  });
}
