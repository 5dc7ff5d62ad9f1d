import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { compareWords } from '$lib/messages/locale.ts';
import type { Child } from './children.ts';
import type { Piece, Task } from './pieces.ts';

export interface OpenTask {
  readonly task: Task;
  /** Its day has passed; it may still be done, and nobody is told off. */
  readonly isPast: boolean;
}

interface Known {
  readonly tasks: readonly Task[];
  /** The child's own pieces. */
  readonly pieces: readonly Piece[];
  readonly child: Pick<Child, 'classId' | 'studentId'>;
  readonly today: IsoDate;
}

/** Days after its due date for which a task is still offered. */
const daysOffered = 14;

/** The tasks that a child has not answered yet, the next due first; those whose day has passed stand last. */
export function openTasks({ tasks, pieces, child, today }: Known): OpenTask[] {
  const tasksById = new Map(tasks.map((task) => [task.id, task]));
  const answered = new Set(
    pieces
      .filter((piece) => piece.status !== 'void')
      .map(({ completion }) => tasksById.get(completion.taskId ?? '')?.taskGroupId ?? completion.taskId),
  );
  const offered = tasks.filter(
    (task) =>
      (task.classId === child.classId || task.studentId === child.studentId) &&
      task.opensOn <= today &&
      (task.dueOn === null || task.dueOn >= addDays(today, -daysOffered)) &&
      !answered.has(task.taskGroupId),
  );
  // One task may have a row for the class and one for the child: the group is offered once.
  const first = new Map(offered.sort(byDueDate).map((task) => [task.taskGroupId, task]));
  const open = [...first.values()].sort(byDueDate).map((task) => ({ task, isPast: task.dueOn !== null && task.dueOn < today }));
  return [...open.filter(({ isPast }) => !isPast), ...open.filter(({ isPast }) => isPast)];
}

function byDueDate(one: Task, other: Task): number {
  return (one.dueOn ?? '9999').localeCompare(other.dueOn ?? '9999') || compareWords(one.title, other.title);
}
