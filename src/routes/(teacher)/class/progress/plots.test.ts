import { describe, expect, it } from 'vitest';
import { aClub } from '$lib/records/testing.ts';
import { clubsPlot, feelingsPlot, outcomesPlot, plotTable, punctualityPlot } from './plots.ts';
import { readAddress, writeAddress } from './progress-address.ts';
import { feelings, outcomes, punctualities, verdicts } from './progress.ts';

const countsOf = <Key extends string>(keys: readonly Key[], counts: readonly number[]) =>
  new Map(keys.map((key, index) => [key, counts[index] ?? 0]));
const week = <Key extends string>(keys: readonly Key[], ...counts: number[]) => ({ monday: '2026-11-16', counts: countsOf(keys, counts) });

describe('what a plot says in words', () => {
  it('is whether most pieces came in time', () => {
    expect(punctualityPlot([week(punctualities, 3, 2, 1)]).reading).toBe('Most pieces came early or on time: 5 of 6.');
    expect(punctualityPlot([week(punctualities, 1, 0, 1)]).reading).toBe('Half or fewer came early or on time: 1 of 2.');
    expect(punctualityPlot([week(punctualities, 0, 0, 0)]).reading).toBe('No homework with a due day in these weeks.');
  });

  it('is how it felt most often', () => {
    expect(feelingsPlot([week(feelings, 1, 2, 3), week(feelings, 1, 2, 0)]).reading).toBe('Most often: OK, 4 of 9 answers.');
    expect(feelingsPlot([]).reading).toBe('No child has said how it felt in these weeks.');
  });

  it('is the share of the weeks that are over, this one left out', () => {
    expect(outcomesPlot([week(outcomes, 2, 5, 1)], false).reading).toBe(
      'Of the children’s weeks that are over, 2 of 3 met the target: 67%.',
    );
    expect(outcomesPlot([week(outcomes, 0, 5, 0)], false).reading).toBe('No week is over yet.');
    expect(outcomesPlot([], false).note).toBeUndefined();
    expect(outcomesPlot([], true).note).toBe('A week counts homework of every club.');
  });

  it('is which club had most and fewest', () => {
    const [maths, english] = [aClub(), aClub({ name: 'English' })].map((club, index) => ({
      club,
      counts: countsOf(verdicts, [index, 1, 0]),
    }));
    if (!maths || !english) throw new Error('Both are there.');
    expect(clubsPlot([maths, english]).reading).toBe('Most pieces: English (2). Fewest: Maths (1).');
    expect(clubsPlot([maths]).reading).toBe('All of them in Maths: 1.');
    expect(clubsPlot([]).reading).toBe('No homework in these weeks yet.');
  });
});

it('the table beside a plot has each row with its sum', () => {
  expect(plotTable(punctualityPlot([week(punctualities, 3, 2, 1)]))).toEqual([
    ['Week of', 'Early', 'On time', 'Late', 'All'],
    ['16 Nov', 3, 2, 1, 6],
  ]);
});

describe('the address', () => {
  it('restores what is looked at', () => {
    const looked = { classId: 'a', kind: 'term', from: '2026-09-07', clubId: 'b' } as const;
    expect(readAddress(new URLSearchParams(writeAddress(looked)))).toEqual(looked);
  });

  it('leaves out the usual, and does not trip over what it does not know', () => {
    const usual = { classId: null, kind: 'half_term', from: null, clubId: null } as const;
    expect(writeAddress(usual)).toBe('');
    expect(readAddress(new URLSearchParams('span=decade'))).toEqual(usual);
  });
});
