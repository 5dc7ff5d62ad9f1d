import { describe, expect, it } from 'vitest';
import { childStreak } from '$lib/records/child-streak.ts';
import { aChild, aPiece } from '$lib/records/testing.ts';
import { isHoliday } from '$lib/ui/week-words.ts';
import { buildRow, heat, lastMondays, viewRows, type TableView } from './class-table.ts';
import { tableToCsv } from '$lib/ui/csv.ts';
import { readAddress, writeAddress } from './table-address.ts';

const today = '2026-11-25';
const mondays = lastMondays(today, 3);

function row(number: number, name: string, days: readonly string[], startedOn = '2026-09-01') {
  const child = aChild(number, { displayName: name, firstName: name.split(' ')[0], startedOn });
  const pieces = days.map((date, index) => aPiece(number * 100 + index, { date, status: index === 0 ? 'submitted' : 'approved' }));
  const closures = [{ from: '2026-11-09', until: '2026-11-13' }];
  return buildRow(child, pieces, childStreak({ startedOn, closures, target: 4, today, pieces, excused: [], closedWeeks: [] }), mondays);
}

const amara = row(9001, 'Amara Bello', ['2026-11-16', '2026-11-17', '2026-11-23']);
const dev = row(9002, 'Dev Patel', []);
const zara = row(9003, 'Zara Lloyd', ['2026-11-18'], '2026-11-17');
const view: TableView = { find: '', sort: 'name', direction: 'ascending' };
const names = (rows: readonly { child: { firstName: string } }[]) => rows.map(({ child }) => child.firstName);

describe('the class at a glance', () => {
  it('has a column for each of the last weeks, this one last', () => {
    expect(mondays).toEqual(['2026-11-09', '2026-11-16', '2026-11-23']);
  });

  it('prints the days done a week', () => {
    expect(amara.weeks.map((week) => week?.have)).toEqual([0, 2, 1]);
    expect(amara.weeks.map((week) => week && heat(week))).toEqual([0, 2, 1]);
  });

  it('tells a week of holiday from a week without homework', () => {
    expect(dev.weeks.map((week) => week !== null && isHoliday(week))).toEqual([true, false, false]);
  });

  it('knows which weeks ended a run, and that a missed week after none ended nothing', () => {
    const lapsed = row(9004, 'Noah Price', ['2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08']);
    // Two weeks missed one after the other: the first rests, the second ends the run; those after it end nothing.
    expect([...lapsed.ends]).toEqual(['2026-10-19']);
    expect([...dev.ends]).toEqual([]);
  });

  it('leaves the weeks before a child came empty', () => {
    expect(zara.weeks.map((week) => week?.have ?? null)).toEqual([null, 1, 0]);
  });

  it('counts what waits and knows the last day with homework', () => {
    expect([amara.waiting, amara.last]).toEqual([1, '2026-11-23']);
    expect([dev.waiting, dev.last]).toEqual([0, null]);
  });

  it('does not count what was set aside', () => {
    const child = aChild(9001);
    const pieces = [aPiece(1, { date: '2026-11-24', status: 'void' })];
    const streak = childStreak({ startedOn: '2026-09-01', closures: [], target: 4, today, pieces, excused: [], closedWeeks: [] });
    expect(buildRow(child, pieces, streak, mondays)).toMatchObject({ waiting: 0, last: null });
  });

  it('sorts by each column, names breaking ties, and finds by name', () => {
    const rows = [zara, dev, amara];
    expect(names(viewRows(rows, view))).toEqual(['Amara', 'Dev', 'Zara']);
    expect(names(viewRows(rows, { ...view, sort: 'run', direction: 'descending' }))).toEqual(['Amara', 'Zara', 'Dev']);
    expect(names(viewRows(rows, { ...view, sort: 'last' }))).toEqual(['Dev', 'Zara', 'Amara']);
    expect(names(viewRows(rows, { ...view, sort: 'waiting', direction: 'descending' }))).toEqual(['Amara', 'Zara', 'Dev']);
    expect(names(viewRows(rows, { ...view, find: 'pat dev' }))).toEqual(['Dev']);
  });

  it('is restored by its address', () => {
    const address = {
      ...view,
      sort: 'run' as const,
      direction: 'ascending' as const,
      classId: 'c',
      childId: 'k',
      find: 'am',
      isOnPaper: true,
    };
    expect(readAddress(new URLSearchParams(writeAddress(address)))).toEqual(address);
    expect(writeAddress({ ...view, classId: null, childId: null, isOnPaper: false })).toBe('');
  });
});

describe('CSV', () => {
  it('quotes what needs quotes and never becomes a formula', () => {
    expect(
      tableToCsv([
        ['Name', 'Run'],
        ['O’Neil, "Sam"', 3],
        ['=cmd()', -1],
      ]),
    ).toBe('\uFEFFName,Run\r\n"O’Neil, ""Sam""",3\r\n\'=cmd(),-1\r\n');
  });
});
