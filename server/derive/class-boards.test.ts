import { expect, test } from 'vitest';
import { addDays } from '#domain/calendar/dates.ts';
import { classBoards, type ClassFacts, type ClassMember } from './class-boards.ts';

const today = '2026-11-26';
const thisMonday = '2026-11-23';
const lastMonday = '2026-11-16';
const id = (number: number) => `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const firstDays = (monday: string, count: number) => Array.from({ length: count }, (_, index) => addDays(monday, index));

function member(number: number, fields: Partial<ClassMember> = {}): ClassMember {
  return {
    ...{ classId: 'willow', studentId: id(number), from: '2026-09-01', until: null, startedOn: '2026-09-01', target: 4 },
    ...{ closedWeeks: [], doneDays: [], excused: [], isShown: false, ...fields },
  };
}
const classOf = (count: number, fields: Partial<ClassMember> = {}) => Array.from({ length: count }, (_, index) => member(index, fields));
const boards = (members: readonly ClassMember[], fields: Partial<ClassFacts> = {}) =>
  classBoards({ today, closures: [{ from: '2026-10-26', until: '2026-10-30' }], isIndividual: true, members, ...fields });
const stages = (members: readonly ClassMember[], fields: Partial<ClassFacts> = {}) =>
  Object.fromEntries(boards(members, fields).flatMap((row) => (row.kind === 'garden' ? [[row.monday, row.figures.stage]] : [])));

test('a class has a garden of this week and of three before, from what its children did and needed', () => {
  const diligent = classOf(10, { doneDays: [...firstDays(lastMonday, 4), ...firstDays(thisMonday, 3)] });
  expect(stages(diligent)).toEqual({ '2026-11-02': 0, '2026-11-09': 0, [lastMonday]: 4, [thisMonday]: 0 });
  // A day off for all of them lowers what the week needs.
  const excused = classOf(10, { doneDays: firstDays(thisMonday, 3), excused: ['2026-11-27'] });
  expect(stages(excused)[thisMonday]).toBe(4);
});

test('a closed week is judged as it was, by the target of then', () => {
  const closedWeeks = [{ monday: lastMonday, cap: 5, need: 2, target: 2 }];
  expect(stages(classOf(10, { doneDays: firstDays(lastMonday, 2), closedWeeks }))[lastMonday]).toBe(4);
});

test('a week without school has no garden', () => {
  const closures = [{ from: lastMonday, until: addDays(lastMonday, 4) }];
  expect(stages(classOf(12), { closures })).not.toHaveProperty(lastMonday);
});

test('a child counts where it was as the week ended, and below ten there is nothing', () => {
  const met = { doneDays: [...firstDays(lastMonday, 4), ...firstDays(thisMonday, 4)] };
  const members = [...classOf(9, met), member(9, { ...met, until: addDays(lastMonday, 6) })];
  expect(stages(members)).toMatchObject({ [lastMonday]: 4 });
  expect(stages(members)).not.toHaveProperty(thisMonday);
});

test('names and places are of this week, of those who are there and may be shown', () => {
  const doneDays = firstDays(thisMonday, 2);
  const members = [
    ...classOf(12, { doneDays }),
    ...[20, 21, 22, 23].map((number) => member(number, { doneDays: firstDays(thisMonday, number - 19), isShown: true })),
    member(30, { doneDays, isShown: true, until: addDays(today, -1) }),
  ];
  const rows = boards(members);
  expect(rows.filter(({ kind }) => kind === 'effort')).toEqual([
    { classId: 'willow', monday: thisMonday, kind: 'effort', figures: { children: [20, 21, 22, 23].map(id) } },
  ]);
  expect(rows.find(({ kind }) => kind === 'individual')?.figures).toMatchObject({
    places: [
      { studentId: id(23), place: 1, days: 4 },
      { studentId: id(22), place: 2, days: 3 },
    ],
  });
  expect(boards(members, { isIndividual: false }).some(({ kind }) => kind === 'individual')).toBe(false);
});
