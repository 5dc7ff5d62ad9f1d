import { expect, it } from 'vitest';
import type { Flag } from '$lib/flags/flags-api.ts';
import { idOf } from '$lib/records/testing.ts';
import { tableToCsv } from '../csv.ts';
import { classNamesOf, flagTable, viewFlags, type FlagView } from './flag-list.ts';

function flag(number: number, fields: Partial<Flag> = {}): Flag {
  return {
    id: idOf(number),
    raisedAt: `2026-11-${String(10 + number)}T09:00:00.000Z`,
    childName: 'Amara Bello',
    className: '4 Willow',
    reporterName: 'Ms Okafor',
    isOwn: false,
    isToHandle: true,
    isFromChild: false,
    worry: null,
    words: null,
    piece: null,
    handled: null,
    isDamaged: false,
    ...fields,
  };
}
const piece = { movedTo: null, clubName: 'English', taskTitle: 'A story', doneOn: '2026-11-09', writtenWork: 'I hid.', files: 0 };
const flags = [
  flag(1, { words: 'She did not want to go home.' }),
  flag(2, { childName: 'Siôn Price', className: '5 Oak', piece }),
  flag(3, {
    childName: null,
    className: null,
    handled: { at: '2026-11-11T08:00:00.000Z', byName: 'Mrs Adeyemi', outcome: 'Rang the family.' },
  }),
];
const shown = (view: Partial<FlagView>) =>
  viewFlags(flags, { find: '', className: null, sort: 'newest', ...view }).map(({ id }) => Number(id.slice(-2)));

it('finds concerns by child, words, piece and what was done, whatever the accents', () => {
  expect(shown({ find: 'sion' })).toEqual([2]);
  expect(shown({ find: 'go HOME' })).toEqual([1]);
  expect(shown({ find: 'story hid' })).toEqual([2]);
  expect(shown({ find: 'rang adeyemi' })).toEqual([3]);
  expect(shown({ find: 'story home' })).toEqual([]);
});

it('shows those of one class alone, and offers the classes that there are', () => {
  expect(shown({ className: '5 Oak' })).toEqual([2]);
  expect(classNamesOf(flags)).toEqual(['4 Willow', '5 Oak']);
});

it('sorts by when it was closed or raised, and by name with those last whose name nobody may see', () => {
  expect(shown({})).toEqual([2, 1, 3]);
  expect(shown({ sort: 'oldest' })).toEqual([3, 1, 2]);
  expect(shown({ sort: 'child' })).toEqual([1, 2, 3]);
});

it('writes a file that no spreadsheet takes for a formula', () => {
  const [head, first] = flagTable([flag(4, { words: '=HYPERLINK("x")', isOwn: true })]);
  expect(first).toHaveLength(head?.length ?? 0);
  expect(first?.[3]).toBe('you');
  expect(tableToCsv([first ?? []])).toContain(`"'=HYPERLINK(""x"")"`);
});
