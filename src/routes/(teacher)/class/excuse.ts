import type { IsoDate } from '#domain/calendar/dates.ts';
import type { ExcusedDay } from '#domain/collections/excused-days.ts';
import type { Child } from '$lib/records/children.ts';

export type NewExcuse = Pick<ExcusedDay, 'studentId' | 'day'>;

/** One row for each of these children who is not excused on that day yet. */
export function excusesFor(
  children: readonly Pick<Child, 'studentId'>[],
  day: IsoDate,
  excusesOf: (studentId: string) => readonly NewExcuse[],
): NewExcuse[] {
  return children
    .filter(({ studentId }) => !excusesOf(studentId).some((one) => one.day === day))
    .map(({ studentId }) => ({ studentId, day }));
}
