import { phraseCount } from '#domain/buddies/phrases.ts';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { schoolTime, toInstant } from './local-time.ts';
import type { BuddyGroup, Child, SchoolClass } from './model.ts';
import { randomFor } from './random.ts';
import { foundedAt, seedId } from './seed-id.ts';

const size = 4;
/** The children joined so long ago that the jar is part full. */
const joinedDaysAgo = 16;
const cheersOfEach = 2;

/**
 * A group of the class with somebody whom documentation knows in it, and what its members cheered in the last days. The last of
 * them is invited, and has not answered.
 */
export function buddyGroup(slug: string, ofClass: SchoolClass, children: readonly Child[], today: IsoDate): BuddyGroup[] {
  const classmates = children.filter((child) => child.classId === ofClass.id);
  const known = classmates.filter((child) => child.history !== 'drawn');
  const members = [...known, ...classmates.filter((child) => child.history === 'drawn')].slice(0, size);
  const [lead] = ofClass.staff;
  if (known.length === 0 || members.length < size || !lead) return [];
  const id = seedId(foundedAt, slug, 'buddy group', ofClass.code);
  const joined = members.slice(0, -1);
  return [
    {
      id,
      classId: ofClass.id,
      name: 'Otters',
      formedBy: lead.teacherId,
      members: members.map((child) => ({
        id: seedId(foundedAt, id, child.id),
        studentId: child.id,
        joinedAt: joined.includes(child) ? toInstant(schoolTime(addDays(today, -joinedDaysAgo), 9 * 60)) : null,
      })),
      cheers: joined.flatMap((child, index) => {
        const random = randomFor(id, child.id, 'cheer');
        return Array.from({ length: cheersOfEach }, (_, round) => {
          const sentAt = schoolTime(addDays(today, -1 - index - round * joined.length), random.int(16 * 60, 18 * 60));
          return {
            id: seedId(sentAt, id, child.id, 'cheer', String(round)),
            studentId: child.id,
            phrase: random.int(1, phraseCount),
            sentAt: toInstant(sentAt),
          };
        });
      }),
    },
  ];
}
