import { describe, expect, it } from 'vitest';
import type { Family, Guardian } from '$lib/joining/invitations-api.ts';
import { familyTable, viewFamilies, type FamilySort } from './family-list.ts';

const guardian = (fields: Partial<Guardian> = {}): Guardian => ({
  guardianshipId: '01890000-0000-7000-8000-000000000001',
  name: 'Nadia Rahman',
  relationship: 'mother',
  hasParentalResponsibility: true,
  isPrimaryContact: false,
  ...fields,
});
const family = (name: string, guardians: readonly Guardian[], openLetters = 0): Family => ({
  studentId: `01890000-0000-7000-8000-0000000000${String(name.length).padStart(2, '0')}`,
  name,
  avatar: 'avatar-fox',
  guardians: [...guardians],
  openLetters,
});
const families = [family('Amara Bello', []), family('Maya Rahman', [guardian(), guardian({ name: null, relationship: 'carer' })], 1)];
const names = (find: string, isAloneOnly = false) =>
  viewFamilies(families, { find, isAloneOnly, familySort: 'name' }).map(({ name }) => name);

describe('the children and the adults who belong to them', () => {
  it('are found by the name of either', () => {
    expect(names('')).toEqual(['Amara Bello', 'Maya Rahman']);
    expect(names('nadia')).toEqual(['Maya Rahman']);
    expect(names('nobody')).toEqual([]);
  });

  it('may be those alone whom no adult belongs to', () => {
    expect(names('', true)).toEqual(['Amara Bello']);
    expect(names('nadia', true)).toEqual([]);
  });

  it('stand by name, or with those first whom the fewest adults belong to', () => {
    const told = [family('Ana Ferris', [guardian(), guardian()]), family('Bo Nkemi', [guardian()]), family('Cai Rees', [])];
    const sorted = (familySort: FamilySort) => viewFamilies(told, { find: '', isAloneOnly: false, familySort }).map(({ name }) => name);
    expect(sorted('name')).toEqual(['Ana Ferris', 'Bo Nkemi', 'Cai Rees']);
    expect(sorted('adults')).toEqual(['Cai Rees', 'Bo Nkemi', 'Ana Ferris']);
  });

  it('fill a line for each child and adult, and lose no child who has none', () => {
    const [head = [], ...lines] = familyTable(families, '4 Willow');
    expect(lines).toEqual([
      ['Amara Bello', '4 Willow', '', '', '', '', 0],
      ['Maya Rahman', '4 Willow', 'Nadia Rahman', 'Mother', 'Yes', 'No', 1],
      ['Maya Rahman', '4 Willow', 'Somebody who has left', 'Carer', 'Yes', 'No', 1],
    ]);
    expect(lines.every((line) => line.length === head.length)).toBe(true);
  });
});
