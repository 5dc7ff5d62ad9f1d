import { describe, expect, it } from 'vitest';
import { spansOf, type Span } from '#domain/calendar/spans.ts';
import { childStreak } from '$lib/records/child-streak.ts';
import { aClub, aCompletion, aPiece, aReceipt, aTask } from '$lib/records/testing.ts';
import { feelingsByWeek, outcomesByWeek, piecesByClub, piecesWithin, punctualityByWeek, sumOf, type WeekCounts } from './progress.ts';

const today = '2026-11-25';
const closures = [{ from: '2026-10-26', until: '2026-10-30' }];
const span = spansOf('half_term', closures, '2026-09-01', today).at(-1) as Span;
const table = (weeks: readonly WeekCounts<string>[]) => weeks.map(({ counts }) => [...counts.values()].join(' '));

const onDay = (number: number, date: string, dueOn: string | null) =>
  aPiece(number, { date, task: aTask(number + 500, { opensOn: '2026-11-01', dueOn }) });

describe('the pieces of a span', () => {
  it('are those of its days and of the club, and nothing that was set aside', () => {
    const pieces = [
      aPiece(1, { date: '2026-11-02' }),
      aPiece(2, { date: '2026-11-29' }),
      aPiece(3, { date: '2026-10-31' }),
      aPiece(4, { status: 'void' }),
    ];
    expect(piecesWithin(pieces, span, null).map(({ date }) => date)).toEqual(['2026-11-02', '2026-11-29']);
    const club = pieces[0]?.completion.clubId ?? '';
    expect(piecesWithin(pieces, span, club)).toHaveLength(2);
    expect(piecesWithin(pieces, span, 'another club')).toEqual([]);
  });
});

describe('when pieces came', () => {
  it('is counted by the week they count for', () => {
    const pieces = [
      onDay(1, '2026-11-02', '2026-11-05'),
      onDay(2, '2026-11-05', '2026-11-05'),
      onDay(3, '2026-11-08', '2026-11-05'),
      onDay(4, '2026-11-23', '2026-11-20'),
    ];
    expect(table(punctualityByWeek(pieces, span))).toEqual(['1 1 1', '0 0 0', '0 0 0', '0 0 1']);
  });

  it('leaves out what has no day, and a second go', () => {
    const pieces = [aPiece(1), onDay(2, '2026-11-23', null), { ...onDay(3, '2026-11-23', '2026-11-20'), attempt: 2 }];
    expect(sumOf(punctualityByWeek(pieces, span), 'late')).toBe(0);
  });

  it('takes the server’s word where it has spoken', () => {
    const piece = { ...onDay(1, '2026-11-23', '2026-11-20'), receipt: aReceipt(1, { punctuality: 'on_time' }) };
    expect(table(punctualityByWeek([piece], span)).at(-1)).toBe('0 1 0');
    expect(table(punctualityByWeek([{ ...piece, receipt: aReceipt(1, { punctuality: null }) }], span)).at(-1)).toBe('0 0 0');
  });
});

describe('how it felt', () => {
  it('counts every go that says so, and none that does not', () => {
    const felt = (number: number, feeling: string | null) => aPiece(number, { completion: aCompletion(number, { feeling }) });
    const pieces = [felt(1, 'easy'), felt(2, 'tricky'), { ...felt(3, 'tricky'), attempt: 2 }, felt(4, null)];
    expect(table(feelingsByWeek(pieces, span))).toEqual(['0 0 0', '0 0 0', '0 0 0', '1 0 2']);
  });
});

describe('pieces by club', () => {
  const [maths, english] = [aClub(), aClub({ id: '01890000-0000-7000-8000-000000008002', name: 'English', subject: 'english' })];

  it('says what became of them, in the school’s order, with homework of unknown clubs last', () => {
    const pieces = [
      aPiece(1, { club: english, status: 'returned' }),
      aPiece(2, { club: null }),
      aPiece(3, { club: maths, status: 'approved' }),
      aPiece(4, { club: maths }),
    ];
    expect(piecesByClub(pieces, [maths, english]).map(({ club, counts }) => [club?.name, ...counts.values()])).toEqual([
      ['Maths', 1, 1, 0],
      ['English', 0, 0, 1],
      [undefined, 0, 1, 0],
    ]);
  });

  it('counts a go that was answered with its answer', () => {
    const pieces = [aPiece(1, { status: 'returned', isAnswered: true }), aPiece(2, { status: 'approved', attempt: 2 })];
    expect(piecesByClub(pieces, [maths]).map(({ counts }) => [...counts.values()])).toEqual([[1, 0, 0]]);
    expect(piecesByClub([], [maths])).toEqual([]);
  });
});

describe('weeks that met the target', () => {
  const streakOf = (days: readonly string[], excused: readonly string[] = []) =>
    childStreak({
      startedOn: '2026-11-02',
      closures,
      target: 2,
      today,
      pieces: days.map((date, index) => aPiece(index + 1, { date })),
      excused,
      closedWeeks: [],
    }).judged;

  it('are the children’s closed weeks by how they were judged', () => {
    const steady = streakOf(['2026-11-02', '2026-11-03', '2026-11-09', '2026-11-10', '2026-11-16', '2026-11-17']);
    const never = streakOf([]);
    expect(table(outcomesByWeek([steady, never], span))).toEqual(['1 0 1', '1 0 1', '1 0 1', '0 2 0']);
  });

  it('count this week as met once it is, and never as missed', () => {
    expect(table(outcomesByWeek([streakOf(['2026-11-23', '2026-11-24'])], span)).at(-1)).toBe('1 0 0');
    expect(table(outcomesByWeek([streakOf(['2026-11-23'])], span)).at(-1)).toBe('0 1 0');
  });

  it('leave out a week in which nothing was asked', () => {
    const ill = streakOf([], ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20']);
    expect(table(outcomesByWeek([ill], span))).toEqual(['0 0 1', '0 0 1', '0 0 0', '0 1 0']);
  });
});
