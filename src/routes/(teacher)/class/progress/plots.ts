import { m } from '$lib/messages/generated/messages.js';
import { dateWords } from '$lib/records/date-words.ts';
import { sumOf, type ClubCounts, type Feeling, type Outcome, type Punctuality, type Verdict, type WeekCounts } from './progress.ts';

/** One kind of thing that a plot counts. */
export interface Series {
  readonly key: string;
  readonly label: string;
  /** A colour of the design. */
  readonly colour: string;
}

export interface PlotRow {
  readonly label: string;
  /** In the order of the series. */
  readonly counts: readonly number[];
}

/** A plot with all that says the same without it. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  /** What there is to see, in a sentence. */
  readonly reading: string;
  readonly note?: string;
  /** What a row is: a week, a club. */
  readonly rowHead: string;
  readonly series: readonly Series[];
  readonly rows: readonly PlotRow[];
  /** `shares`: columns of one height, a week each. `counts`: bars, each as long as what it counts. */
  readonly look: 'shares' | 'counts';
}

export function punctualityPlot(weeks: readonly WeekCounts<Punctuality>[]): Plot {
  const inTime = sumOf(weeks, 'early') + sumOf(weeks, 'on_time');
  const all = inTime + sumOf(weeks, 'late');
  const figures = { inTime, all };
  return {
    id: 'punctuality',
    title: m.progress_punctuality_title(),
    reading:
      all === 0
        ? m.progress_punctuality_none()
        : inTime * 2 > all
          ? m.progress_punctuality_most(figures)
          : m.progress_punctuality_few(figures),
    rowHead: m.progress_week(),
    series: [
      { key: 'early', label: m.progress_early(), colour: 'var(--heat-5)' },
      { key: 'on_time', label: m.progress_on_time(), colour: 'var(--heat-3)' },
      { key: 'late', label: m.progress_late(), colour: 'var(--offline-mark)' },
    ],
    rows: weekRows(weeks),
    look: 'shares',
  };
}

export function feelingsPlot(weeks: readonly WeekCounts<Feeling>[]): Plot {
  const names: Record<Feeling, string> = { easy: m.feeling_easy(), ok: m.feeling_ok(), tricky: m.feeling_tricky() };
  const sums = (['ok', 'easy', 'tricky'] as const).map((key) => ({ key, count: sumOf(weeks, key) }));
  const most = sums.reduce((one, other) => (other.count > one.count ? other : one));
  const all = sums.reduce((sum, { count }) => sum + count, 0);
  return {
    id: 'feelings',
    title: m.progress_felt_title(),
    reading: all === 0 ? m.progress_felt_none() : m.progress_felt_reading({ feeling: names[most.key], count: most.count, all }),
    rowHead: m.progress_week(),
    series: [
      { key: 'easy', label: names.easy, colour: 'var(--heat-3)' },
      { key: 'ok', label: names.ok, colour: 'var(--pending-mark)' },
      { key: 'tricky', label: names.tricky, colour: 'var(--again-mark)' },
    ],
    rows: weekRows(weeks),
    look: 'shares',
  };
}

export function outcomesPlot(weeks: readonly WeekCounts<Outcome>[], isOfOneClub: boolean): Plot {
  const met = sumOf(weeks, 'met');
  const all = met + sumOf(weeks, 'not_met');
  return {
    id: 'weeks',
    title: m.progress_met_title(),
    reading: all === 0 ? m.progress_met_none() : m.progress_met_reading({ met, all, share: Math.round((met / all) * 100) }),
    ...(isOfOneClub && { note: m.progress_met_all_clubs() }),
    rowHead: m.progress_week(),
    series: [
      { key: 'met', label: m.progress_met(), colour: 'var(--heat-5)' },
      { key: 'open', label: m.progress_still_open(), colour: 'var(--heat-2)' },
      { key: 'not_met', label: m.progress_not_met(), colour: 'var(--line-strong)' },
    ],
    rows: weekRows(weeks),
    look: 'shares',
  };
}

export function clubsPlot(clubs: readonly ClubCounts[]): Plot {
  const rows = clubs.map(({ club, counts }) => ({ label: club?.name ?? m.marking_unknown_club(), counts: [...counts.values()] }));
  const sums = rows.map((row) => ({ club: row.label, count: rowSum(row) })).sort((one, other) => other.count - one.count);
  const [most, fewest] = [sums[0], sums.at(-1)];
  const readingOf = () => {
    if (!most || !fewest) return m.progress_clubs_none();
    if (most === fewest) return m.progress_clubs_one(most);
    return m.progress_clubs_reading({ most: most.club, mostCount: most.count, fewest: fewest.club, fewestCount: fewest.count });
  };
  const names: Record<Verdict, string> = { approved: m.status_approved(), submitted: m.status_submitted(), returned: m.status_returned() };
  return {
    id: 'clubs',
    title: m.progress_clubs_title(),
    reading: readingOf(),
    rowHead: m.tasks_club(),
    series: [
      { key: 'approved', label: names.approved, colour: 'var(--approved-mark)' },
      { key: 'submitted', label: names.submitted, colour: 'var(--pending-mark)' },
      { key: 'returned', label: names.returned, colour: 'var(--again-mark)' },
    ],
    rows,
    look: 'counts',
  };
}

export function rowSum({ counts }: PlotRow): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The figures of a plot as a table with its head, each row with its sum. */
export function plotTable({ rowHead, series, rows }: Plot): (string | number)[][] {
  return [[rowHead, ...series.map(({ label }) => label), m.progress_all()], ...rows.map((row) => [row.label, ...row.counts, rowSum(row)])];
}

function weekRows(weeks: readonly WeekCounts<string>[]): PlotRow[] {
  return weeks.map(({ monday, counts }) => ({ label: dateWords(monday, 'short'), counts: [...counts.values()] }));
}
