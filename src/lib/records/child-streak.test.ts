import { describe, expect, it } from 'vitest';
import { childStreak, childStreakWith, childStreakWithout } from './child-streak.ts';
import { aPiece } from './testing.ts';

const days = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19'];
const record = {
  startedOn: '2026-11-16',
  closures: [{ from: '2026-10-26', until: '2026-10-30' }],
  target: 4,
  today: '2026-11-20',
  pieces: days.map((date, index) => aPiece(index + 1, { date })),
  excused: [],
  closedWeeks: [],
};

describe('a child’s run on the device', () => {
  it('counts each done day', () => {
    expect(childStreak(record).judged.currentRun).toBe(4);
  });

  it('says what setting one piece aside would do', () => {
    expect(childStreakWithout(record, record.pieces[1]?.completion.id ?? '').judged.currentRun).toBe(3);
  });

  it('says what a piece of another child’s would do, which on a done day is nothing', () => {
    expect(childStreakWith(record, aPiece(9, { date: '2026-11-20' })).judged.currentRun).toBe(5);
    expect(childStreakWith(record, aPiece(9, { date: '2026-11-19' })).judged.currentRun).toBe(4);
  });

  it('is not changed by setting aside the second piece of a day', () => {
    const twice = { ...record, pieces: [...record.pieces, aPiece(9, { date: '2026-11-19' })] };
    expect(childStreakWithout(twice, aPiece(9).completion.id).judged.currentRun).toBe(4);
  });

  it('does not count what is set aside already', () => {
    const pieces = [...record.pieces, aPiece(9, { date: '2026-11-20', status: 'void' })];
    expect(childStreak({ ...record, pieces }).judged.currentRun).toBe(4);
  });

  it('asks for less in a week with an excused day, and never takes a leaf for it', () => {
    const week = (excused: string[]) => childStreak({ ...record, excused }).judged.weeks.at(-1);
    expect(week([])).toMatchObject({ need: 4, run: 4 });
    expect(week(['2026-11-17', '2026-11-20'])).toMatchObject({ need: 2, run: 4 });
  });
});
