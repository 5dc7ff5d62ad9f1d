import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { classes } from '#domain/collections/classes.ts';
import { people } from '#domain/collections/people.ts';
import type { StaffMember } from '$lib/records/children.ts';
import { idOf } from '$lib/records/testing.ts';
import { readAddress, writeAddress, type SchoolAddress } from './school-address.ts';
import { classLines, staffLines, toCome, viewClasses, viewStaff, yearsOf, type ClassColumn, type StaffColumn } from './school-lists.ts';

function aMember(number: number, displayName: string): StaffMember {
  const member = v.parse(people.schema, { id: idOf(number), version: 1, kind: 'staff', userId: idOf(number), displayName });
  if (member.kind !== 'staff') throw new Error('aMember makes a member of staff.');
  return member;
}

const amara = aMember(1, 'Ms Amara Okafor');
const lund = aMember(2, 'Mr Erik Lund');
const zed = aMember(3, 'Mrs Ada Žed');
const aClass = (number: number, name: string, yearGroups: string[], weeklyTarget: number, staff: number[]) =>
  v.parse(classes.schema, {
    id: idOf(number),
    version: 1,
    name,
    academicYear: '2026/27',
    yearGroups,
    weeklyTarget,
    staff: staff.map(idOf),
  });
const willow = aClass(10, '4 Willow', ['4'], 4, [1, 2, 99]);
const acorn = aClass(11, 'Acorn', ['R', '1'], 3, [2]);
const beech = aClass(12, '6 Beech', ['6'], 4, []);
const staffById = new Map<string, StaffMember>([amara, lund, zed].map((member) => [member.userId, member]));

describe('the school’s lists', () => {
  it('names the staff of a class, the lead first, and leaves out whom it does not know', () => {
    expect(classLines([willow], staffById)[0]?.staff).toEqual(['Ms Amara Okafor', 'Mr Erik Lund']);
  });

  it('names the classes of each member of staff', () => {
    expect(staffLines([amara, lund], [willow]).map(({ classes: lines }) => lines)).toEqual([
      [{ name: '4 Willow', isLead: true, yearGroups: ['4'] }],
      [{ name: '4 Willow', isLead: false, yearGroups: ['4'] }],
    ]);
  });

  it('keeps what is not over yet', () => {
    const calendar = [{ until: '2026-10-30' }, { until: '2026-11-24' }, { until: '2027-01-02' }];
    expect(toCome(calendar, '2026-11-24')).toHaveLength(2);
  });

  const everything = { find: '', year: null };
  const classNames = (sort: ClassColumn, search: Partial<typeof everything | { year: string }> = {}) =>
    viewClasses(classLines([willow, acorn, beech], staffById), { ...everything, ...search }, { sort, direction: 'ascending' }).map(
      ({ schoolClass }) => schoolClass.name,
    );
  const staffNames = (sort: StaffColumn, search: Partial<typeof everything | { year: string }> = {}) =>
    viewStaff(staffLines([amara, lund, zed], [willow, acorn, beech]), { ...everything, ...search }, { sort, direction: 'ascending' }).map(
      ({ member }) => member.displayName,
    );

  it('sorts classes by name, by age with Reception first, by target, and by who leads them, nobody first', () => {
    expect(classNames('name')).toEqual(['4 Willow', '6 Beech', 'Acorn']);
    expect(classNames('years')).toEqual(['Acorn', '4 Willow', '6 Beech']);
    expect(classNames('target')).toEqual(['Acorn', '4 Willow', '6 Beech']);
    expect(classNames('staff')).toEqual(['6 Beech', 'Acorn', '4 Willow']);
  });

  it('sorts staff by surname, and not by how they are addressed', () => {
    expect(staffNames('name')).toEqual(['Mr Erik Lund', 'Ms Amara Okafor', 'Mrs Ada Žed']);
    expect(staffNames('classes')).toEqual(['Mrs Ada Žed', 'Mr Erik Lund', 'Ms Amara Okafor']);
  });

  it('shows of one year its classes and their staff alone, and finds words in names with or without accents', () => {
    expect(yearsOf([beech, acorn, willow])).toEqual(['R', '1', '4', '6']);
    expect(classNames('name', { year: '1' })).toEqual(['Acorn']);
    expect(staffNames('name', { year: '1' })).toEqual(['Mr Erik Lund']);
    expect(staffNames('name', { year: '6' })).toEqual([]);
    expect(classNames('name', { find: 'okafor year' })).toEqual(['4 Willow']);
    expect(staffNames('name', { find: 'zed' })).toEqual(['Mrs Ada Žed']);
  });

  it('is restored by the address, and an address that says nonsense shows the usual', () => {
    const address: SchoolAddress = {
      find: 'lund',
      year: 'R',
      classOrder: { sort: 'target', direction: 'ascending' },
      staffOrder: { sort: 'classes', direction: 'descending' },
    };
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
    const usual = readAddress(new URLSearchParams('sort=x&staff=y&direction=z'));
    expect(writeAddress(usual)).toBe('');
  });
});
