import { describe, expect, it } from 'vitest';
import { childStreak } from '$lib/records/child-streak.ts';
import { aCompletion, aPiece, aReceipt, aTask } from '$lib/records/testing.ts';
import { reportFigures } from './report.ts';

const today = '2026-11-25';
const span = { from: '2026-11-02', until: '2026-11-29' };
const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-23', '2026-10-05'];
const pieces = days.map((date, index) => aPiece(index + 1, { date, status: 'approved' }));
const judge = (all: Parameters<typeof childStreak>[0]['pieces']) =>
  childStreak({ startedOn: '2026-09-01', closures: [], target: 4, today, pieces: all, excused: [], closedWeeks: [] }).judged;

describe('a child’s report', () => {
  it('counts pieces of its weeks alone, goes at one piece once and what was set aside never', () => {
    const all = [
      ...pieces,
      aPiece(20, { date: '2026-11-10', status: 'returned', isAnswered: true }),
      aPiece(21, { date: '2026-11-11', attempt: 2 }),
      aPiece(22, { date: '2026-11-11', status: 'void' }),
    ];
    expect(reportFigures(all, judge(all), span)).toMatchObject({ pieces: 6, approved: 5 });
  });

  it('says of the weeks that are over how many met the target, and does not blame the one that is open', () => {
    const { weeks, over, met } = reportFigures(pieces, judge(pieces), span);
    expect([weeks.map(({ monday }) => monday), over, met]).toEqual([['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23'], 3, 1]);
  });

  it('leaves out a week of holiday', () => {
    const closures = [{ from: '2026-11-09', until: '2026-11-13' }];
    const { judged } = childStreak({ startedOn: '2026-09-01', closures, target: 4, today, pieces, excused: [], closedWeeks: [] });
    expect(reportFigures(pieces, judged, span).weeks.map(({ monday }) => monday)).toEqual(['2026-11-02', '2026-11-16', '2026-11-23']);
  });

  it('says how it felt, when first goes came and how long it took, of those that say so', () => {
    const all = [
      aPiece(1, {
        date: '2026-11-03',
        completion: aCompletion(1, { feeling: 'tricky', minutes: 10 }),
        task: aTask(1),
        receipt: aReceipt(1, { punctuality: 'late' }),
      }),
      aPiece(2, { date: '2026-11-03', completion: aCompletion(2, { feeling: null, minutes: null }) }),
      aPiece(3, {
        date: '2026-11-04',
        attempt: 2,
        completion: aCompletion(3, { feeling: 'easy', minutes: 5 }),
        receipt: aReceipt(3, { punctuality: 'early' }),
      }),
    ];
    const figures = reportFigures(all, judge(all), span);
    expect(Object.fromEntries(figures.felt)).toEqual({ easy: 1, ok: 0, tricky: 1 });
    expect(Object.fromEntries(figures.came)).toEqual({ early: 0, on_time: 0, late: 1 });
    expect(figures.minutes).toBe(15);
    expect(reportFigures([], judge([]), span).minutes).toBeNull();
  });
});
