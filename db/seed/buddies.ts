import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { schoolTime, toInstant } from './local-time.ts';
import type { BuddyGroup, Child, SchoolClass } from './model.ts';
import { randomFor } from './random.ts';
import { foundedAt, seedId } from './seed-id.ts';

const size = 4;
const phrases = 24;

/** A group of the class with somebody whom documentation knows in it, and what its members cheered in the last days. */
export function buddyGroup(slug: string, ofClass: SchoolClass, children: readonly Child[], today: IsoDate): BuddyGroup[] {
  const classmates = children.filter((child) => child.classId === ofClass.id);
  const known = classmates.filter((child) => child.history !== 'drawn');
  const members = [...known, ...classmates.filter((child) => child.history === 'drawn')].slice(0, size);
  const [lead] = ofClass.staff;
  if (known.length === 0 || members.length < size || !lead) return [];
  const id = seedId(foundedAt, slug, 'buddy group', ofClass.code);
  return [
    {
      id,
      classId: ofClass.id,
      name: 'Otters',
      formedBy: lead.teacherId,
      members: members.map((child) => ({ id: seedId(foundedAt, id, child.id), studentId: child.id })),
      cheers: members.map((child, index) => {
        const random = randomFor(id, child.id, 'cheer');
        const sentAt = schoolTime(addDays(today, -1 - index), random.int(16 * 60, 18 * 60));
        return {
          id: seedId(sentAt, id, child.id, 'cheer'),
          studentId: child.id,
          phrase: random.int(1, phrases),
          sentAt: toInstant(sentAt),
        };
      }),
    },
  ];
}
