import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Task } from '#domain/collections/tasks.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { byName, type Child } from '$lib/records/children.ts';
import type { Club, Piece } from '$lib/records/pieces.ts';
import { signOf, type Sorted, type Sorting } from '$lib/ui/sorting.ts';

export type TaskColumn = 'title' | 'due' | 'done';

export const taskSorting: Sorting<TaskColumn> = {
  firstDirection: { title: 'ascending', due: 'ascending', done: 'descending' },
  usual: 'due',
  name: 'sort',
};

/** `current`: open or still to open. */
export const taskFilters = ['current', 'past', 'all'] as const;
export type TaskFilter = (typeof taskFilters)[number];

export interface TaskView extends Sorted<TaskColumn> {
  readonly find: string;
  readonly clubId: string | null;
  readonly classId: string | null;
  readonly filter: TaskFilter;
}

/** One task as its teacher thinks of it, however many classes and children it was set for. */
export interface SetTask {
  /** What its rows share. */
  readonly groupId: string;
  /** The row that says what the task is; they all say the same. */
  readonly task: Task;
  readonly rows: readonly Task[];
  readonly club: Club | null;
  readonly isPast: boolean;
  /** Its first day has not come yet: no child sees it. */
  readonly isComing: boolean;
  /** Children it is for, by name. */
  readonly children: readonly Child[];
  /** The newest piece of each of them who has done it, by child. */
  readonly done: ReadonlyMap<string, Piece>;
}

interface Known {
  readonly tasks: readonly Task[];
  readonly children: readonly Child[];
  readonly pieces: readonly Piece[];
  readonly clubsById: ReadonlyMap<string, Club>;
  readonly today: IsoDate;
}

export function buildTasks({ tasks, children, pieces, clubsById, today }: Known): SetTask[] {
  const piecesByTask = Map.groupBy(
    pieces.filter(({ status, completion }) => status !== 'void' && completion.taskId !== null),
    ({ completion }) => completion.taskId as string,
  );
  return Array.from(
    Map.groupBy(tasks, ({ taskGroupId }) => taskGroupId),
    ([groupId, rows]) => {
      const sorted = rows.toSorted((one, other) => one.id.localeCompare(other.id));
      const [task = rows[0]] = sorted;
      return task === undefined ? [] : [{ groupId, task, rows: sorted }];
    },
  )
    .flat()
    .map(({ groupId, task, rows }) => {
      const classIds = new Set<string | null>(rows.map(({ classId }) => classId).filter((id) => id !== null));
      const studentIds = new Set<string>(rows.flatMap(({ studentId }) => studentId ?? []));
      const whom = children.filter((child) => classIds.has(child.classId) || studentIds.has(child.studentId)).sort(byName);
      const ids = new Set<string>(whom.map(({ studentId }) => studentId));
      const answers = rows.flatMap(({ id }) => piecesByTask.get(id) ?? []).filter(({ completion }) => ids.has(completion.studentId));
      // The last one set stands: another go comes after the first.
      const done = new Map(answers.sort(byLogged).map((piece) => [piece.completion.studentId as string, piece]));
      const isPast = task.dueOn !== null && task.dueOn < today;
      return {
        groupId,
        task,
        rows,
        club: clubsById.get(task.clubId) ?? null,
        isPast,
        isComing: task.opensOn > today,
        children: whom,
        done,
      };
    });
}

export function viewTasks(all: readonly SetTask[], view: TaskView): SetTask[] {
  return all
    .filter(
      (one) =>
        (view.filter === 'all' || one.isPast === (view.filter === 'past')) &&
        (view.clubId === null || one.task.clubId === view.clubId) &&
        (view.classId === null || one.children.some(({ classId }) => classId === view.classId)) &&
        holdsWords(view.find, [one.task.title, one.task.instructions, one.club?.name]),
    )
    .sort((one, other) => signOf(view.direction) * compare[view.sort](one, other) || one.groupId.localeCompare(other.groupId));
}

/** The share of the children it is for who have done it, 0 to 1. */
export function doneShare({ done, children }: SetTask): number {
  return children.length === 0 ? 0 : done.size / children.length;
}

const compare: Record<TaskColumn, (one: SetTask, other: SetTask) => number> = {
  title: (one, other) => compareWords(one.task.title, other.task.title),
  // Without a day it never becomes due.
  due: (one, other) => (one.task.dueOn ?? '9999').localeCompare(other.task.dueOn ?? '9999') || compare.title(one, other),
  done: (one, other) => doneShare(one) - doneShare(other) || compare.due(one, other),
};

function byLogged(one: Piece, other: Piece): number {
  return one.completion.capturedAt.localeCompare(other.completion.capturedAt);
}
