import type { IsoDate } from '#domain/calendar/dates.ts';
import type { ExcusedDay } from '#domain/collections/excused-days.ts';
import type { StudentId } from '#domain/ids.ts';
import { excuseDays, takeBackExcuses } from '$lib/data/actions.ts';

/** Excuses a day, or takes back all that excuses it: two parents may both have said so. @returns whether it is excused now */
export async function toggleDayOff(studentId: StudentId, day: IsoDate, excuses: readonly ExcusedDay[]): Promise<boolean> {
  const standing = excuses.filter((excuse) => excuse.day === day);
  if (standing.length > 0) await takeBackExcuses(standing);
  else await excuseDays([{ studentId, day }]);
  return standing.length === 0;
}
