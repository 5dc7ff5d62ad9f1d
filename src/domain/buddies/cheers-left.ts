import { dateInZone, type IsoDate } from '../calendar/dates.ts';
import type { Cheer } from '../collections/cheers.ts';
import { cheersADay } from './phrases.ts';

/** How many cheers a child may still send on a day of the school, by those that were sent, unsent ones among them. */
export function cheersLeft(
  cheers: readonly Pick<Cheer, 'studentId' | 'capturedAt'>[],
  studentId: string,
  today: IsoDate,
  timeZone: string,
): number {
  const sent = cheers.filter((cheer) => cheer.studentId === studentId && dateInZone(new Date(cheer.capturedAt), timeZone) === today);
  return Math.max(0, cheersADay - sent.length);
}
