import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { classes } from '#domain/collections/classes.ts';
import { people } from '#domain/collections/people.ts';
import type { StaffMember } from '$lib/records/children.ts';
import { idOf } from '$lib/records/testing.ts';
import { classLines, staffLines, toCome } from './school-lists.ts';

function aMember(number: number, displayName: string): StaffMember {
  const member = v.parse(people.schema, { id: idOf(number), version: 1, kind: 'staff', userId: idOf(number), displayName });
  if (member.kind !== 'staff') throw new Error('aMember makes a member of staff.');
  return member;
}

const amara = aMember(1, 'Ms Amara Okafor');
const lund = aMember(2, 'Mr Erik Lund');
const willow = v.parse(classes.schema, {
  id: idOf(10),
  version: 1,
  name: '4 Willow',
  academicYear: '2026/27',
  yearGroups: ['4'],
  weeklyTarget: 4,
  staff: [idOf(1), idOf(2), idOf(99)],
});

describe('the school’s lists', () => {
  it('names the staff of a class, the lead first, and leaves out whom it does not know', () => {
    const staffById = new Map<string, StaffMember>([amara, lund].map((member) => [member.userId, member]));
    expect(classLines([willow], staffById)[0]?.staff).toEqual(['Ms Amara Okafor', 'Mr Erik Lund']);
  });

  it('names the classes of each member of staff', () => {
    expect(staffLines([amara, lund], [willow]).map(({ classes: lines }) => lines)).toEqual([
      [{ name: '4 Willow', isLead: true }],
      [{ name: '4 Willow', isLead: false }],
    ]);
  });

  it('keeps what is not over yet', () => {
    const calendar = [{ until: '2026-10-30' }, { until: '2026-11-24' }, { until: '2027-01-02' }];
    expect(toCome(calendar, '2026-11-24')).toHaveLength(2);
  });
});
