import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { compareWords } from '$lib/messages/locale.ts';
import type { Child } from '$lib/records/children.ts';
import type { Club, Piece, Task } from '$lib/records/pieces.ts';

/** Days back for which homework can still be logged. */
export const daysBack = 7;

/** Today and the days before it that can still be logged, newest first. */
export function loggableDays(today: IsoDate): IsoDate[] {
  return Array.from({ length: daysBack + 1 }, (_, index) => addDays(today, -index));
}

/** Clubs that a child of this year group belongs to, as the school orders them. */
export function clubsOf(child: Pick<Child, 'yearGroup'>, clubs: Iterable<Club>): Club[] {
  return [...clubs].filter((club) => club.isActive && (club.yearGroups.length === 0 || club.yearGroups.includes(child.yearGroup)));
}

/** Tasks for this child that are open and that nobody has logged yet, the soonest due first; gone a week after their day. */
export function tasksToDo(
  child: Pick<Child, 'studentId' | 'classId'>,
  tasks: readonly Task[],
  pieces: readonly Piece[],
  today: IsoDate,
): Task[] {
  const logged = new Set(pieces.filter((piece) => piece.status !== 'void').map((piece) => piece.completion.taskId as string | null));
  const isFor = (task: Task) =>
    task.studentId === null ? task.classId !== null && task.classId === child.classId : task.studentId === child.studentId;
  const isOpen = (task: Task) => task.opensOn <= today && (task.dueOn === null || task.dueOn >= addDays(today, -daysBack));
  return tasks
    .filter((task) => isFor(task) && isOpen(task) && !logged.has(task.id))
    .sort((one, other) => (one.dueOn ?? '9999').localeCompare(other.dueOn ?? '9999') || compareWords(one.title, other.title));
}

/** What to show of a child's homework: everything that asks for another go, then today's and the latest before it. */
export function homeworkToShow(pieces: readonly Piece[], today: IsoDate, atLeast: number): Piece[] {
  const asks = (piece: Piece) => piece.status === 'returned' && !piece.isAnswered;
  const newestFirst = pieces
    .filter((piece) => !piece.isAnswered)
    .sort((one, other) => other.date.localeCompare(one.date) || other.completion.capturedAt.localeCompare(one.completion.capturedAt));
  const recent = newestFirst.filter((piece, index) => index < atLeast || piece.date === today);
  const older = newestFirst.filter((piece) => asks(piece) && !recent.includes(piece) && piece.date >= addDays(today, -28));
  return [...recent.filter(asks), ...older, ...recent.filter((piece) => !asks(piece))];
}
