import { describe, expect, it } from 'vitest';
import { addDays } from '../calendar/dates.ts';
import type { Attempt } from '../experience/attempt.ts';
import { anAttempt, recognised } from '../experience/testing.ts';
import { badges, type BadgeId } from './badges.ts';

type Fields = Partial<Attempt>;

/** One piece on each of the first `days` days of a week, from its Monday. */
const week = (monday: string, days: number, fields: Fields = {}) =>
  Array.from({ length: days }, (_, index) => anAttempt({ date: addDays(monday, index), ...fields }));
/** Weeks in a row with that many days each. */
const weeks = (monday: string, daysOfEach: readonly number[]) =>
  daysOfEach.flatMap((days, index) => week(addDays(monday, 7 * index), days));
const approved = (count: number, fields: Fields = {}, from = '2026-09-01') =>
  Array.from({ length: count }, (_, index) => anAttempt({ date: addDays(from, index), status: 'approved', ...fields }));
const day = (date: string, fields: Fields) => anAttempt({ date, status: 'approved', ...fields });

/** The half-term before October's holiday: eight weeks, of which the first begins on a Tuesday. */
const wholeHalfTerm = weeks('2026-08-31', [4, 4, 4, 4, 4, 4, 4, 4]).filter(({ date }) => date >= '2026-09-01');

type OwnBadge = Exclude<BadgeId, 'class_garden' | 'team_jar'>;
const ownBadges = badges.flatMap(({ id }): OwnBadge[] => (id === 'class_garden' || id === 'team_jar' ? [] : [id]));

/** For each badge of a child's own work: what is just not enough, what is missing, and the day on which it is earned then. */
const cases: Readonly<Record<OwnBadge, readonly [almost: readonly Attempt[], last: Attempt, on: string]>> = {
  first_step: [[anAttempt({ status: 'void' })], anAttempt({ date: '2026-09-08' }), '2026-09-08'],
  week_star: [week('2026-09-07', 3), anAttempt({ date: '2026-09-12' }), '2026-09-12'],
  run_5: [weeks('2026-09-07', [4]), anAttempt({ date: '2026-09-14' }), '2026-09-14'],
  run_10: [weeks('2026-09-07', [4, 5]), anAttempt({ date: '2026-09-21' }), '2026-09-21'],
  run_25: [weeks('2026-09-07', [5, 5, 5, 5, 4]), anAttempt({ date: '2026-10-09' }), '2026-10-09'],
  run_50: [weeks('2026-09-07', [5, 5, 5, 5, 5, 5, 5, 0, 5, 5, 4]), anAttempt({ date: '2026-11-21' }), '2026-11-21'],
  run_100: [weeks('2026-09-07', [...Array<number>(15).fill(5), 0, 0, 5, 5, 5, 5, 5, 4]), anAttempt({ date: '2027-02-12' }), '2027-02-12'],
  four_corners: [
    ['maths', 'english', 'topic'].map((clubId, index) => day(`2026-09-1${String(index)}`, { clubId })),
    day('2026-09-09', { clubId: 'science' }),
    '2026-09-12',
  ],
  try_again_1: [[anAttempt({ isAnswer: true })], day('2026-09-10', { isAnswer: true }), '2026-09-10'],
  try_again_5: [approved(4, { isAnswer: true }), day('2026-09-10', { isAnswer: true }), '2026-09-10'],
  step_up: [approved(7, { strand: 'number' }), day('2026-09-20', { strand: 'fractions' }), '2026-09-20'],
  stage_finished: [
    [...approved(9, { strand: 'number' }), ...approved(8, { strand: 'fractions' })],
    day('2026-09-20', { strand: null }),
    '2026-09-20',
  ],
  all_rounder: [
    [day('2026-09-10', { strand: 'number' }), day('2026-09-11', { strand: 'fractions' }), anAttempt({ strand: 'geometry' })],
    day('2026-09-08', { strand: 'geometry' }),
    '2026-09-11',
  ],
  story_teller: [approved(9, { clubId: 'english' }), day('2026-09-20', { clubId: 'english' }), '2026-09-20'],
  number_ninja: [approved(9, { clubId: 'maths' }), day('2026-09-20', { clubId: 'maths' }), '2026-09-20'],
  lab_coat: [approved(9, { clubId: 'science' }), day('2026-09-20', { clubId: 'science' }), '2026-09-20'],
  explorer: [approved(9, { clubId: 'topic' }), day('2026-09-20', { clubId: 'topic' }), '2026-09-20'],
  topic_finisher: [
    [...approved(5, { clubId: 'topic', strand: 'castles' }), ...approved(5, { clubId: 'topic', strand: 'oceans' })],
    day('2026-09-20', { clubId: 'topic', strand: 'castles' }),
    '2026-09-20',
  ],
  bookworm: [
    [
      ...approved(23, { activity: 'reading', status: 'submitted' }),
      day('2026-09-20', { clubId: 'english', strand: 'reading' }),
      // Neither another go at it, nor practice, nor what another club calls reading.
      day('2026-09-20', { activity: 'reading', isAnswer: true }),
      day('2026-09-20', { activity: 'practice' }),
      day('2026-09-20', { clubId: 'topic', strand: 'reading' }),
    ],
    anAttempt({ activity: 'reading', date: '2026-10-05' }),
    '2026-10-05',
  ],
  century: [approved(99), day('2027-01-20', {}), '2027-01-20'],
  comeback: [weeks('2026-09-07', [4, 2, 3]), anAttempt({ date: '2026-09-27' }), '2026-09-27'],
  welcome_back: [week('2026-11-02', 3), anAttempt({ date: '2026-11-05' }), '2026-11-05'],
  half_term_hero: [wholeHalfTerm.slice(0, -1), must(wholeHalfTerm.at(-1)), '2026-10-25'],
  steady: [
    [...weeks('2026-09-07', [4, 4, 4, 4, 4, 4]), ...weeks('2026-11-02', [4, 4, 4, 4, 4, 4]), ...weeks('2027-01-04', [4, 4, 4, 4, 3])],
    anAttempt({ date: '2027-02-06' }),
    '2027-02-14',
  ],
};

function must(attempt: Attempt | undefined): Attempt {
  if (!attempt) throw new Error('There is a last day.');
  return attempt;
}

describe.each(ownBadges)('the badge %s', (id) => {
  const [almost, last, on] = cases[id];

  it('is earned on its day, and not before', () => {
    expect(recognised(almost).badges[id]).toBeUndefined();
    expect(recognised([...almost, last]).badges[id]).toBe(on);
  });

  it('says what is missing until then, and is taken away by a void alone', () => {
    const toCome = recognised(almost).toCome.find((one) => one.id === id);
    expect(toCome).toMatchObject({ on: null });
    expect(toCome?.have).toBeLessThan(toCome?.need ?? 0);
    const before = recognised([...almost, last]);
    expect(before.toCome.some((one) => one.id === id)).toBe(false);
    expect(recognised([...almost, { ...last, status: 'void' }], { badgesBefore: before.badges }).badges[id]).toBeUndefined();
  });
});

it('a class garden brings its badge as the first week of full bloom ends, for good, and is not looked for where there is none', () => {
  const blooms = ['2026-09-14', '2026-10-05'];
  expect(recognised([], { blooms }).badges['class_garden']).toBe('2026-09-20');
  expect(recognised([], { blooms: [], badgesBefore: { class_garden: '2026-09-20' } }).badges['class_garden']).toBe('2026-09-20');
  const isLookedFor = (fields: { blooms: readonly string[] | null }) =>
    recognised([], fields).toCome.some(({ id }) => id === 'class_garden');
  expect([isLookedFor({ blooms: null }), isLookedFor({ blooms: [] }), isLookedFor({ blooms })]).toEqual([false, true, false]);
});

it('a comeback stays when work of the week before arrives late, and is not given for a week that was met', () => {
  const [almost, last] = cases.comeback;
  const late = [...almost, last, ...week('2026-09-16', 2)];
  expect(recognised(late).badges['comeback']).toBeUndefined();
  const before = recognised([...almost, last]).badges;
  expect(recognised(late, { badgesBefore: before }).badges['comeback']).toBe('2026-09-27');
});

it('a jar that was filled is a badge of its day, and nothing takes it back', () => {
  expect(recognised([]).badges['team_jar']).toBeUndefined();
  expect(recognised([], { teamJarOn: null }).badges['team_jar']).toBeUndefined();
  const { badges: filled } = recognised([], { teamJarOn: '2026-10-02' });
  expect(filled['team_jar']).toBe('2026-10-02');
  expect(recognised([], { teamJarOn: null, badgesBefore: filled }).badges['team_jar']).toBe('2026-10-02');
});

it('nobody comes back who was not there before', () => {
  expect(recognised(week('2026-09-21', 5)).badges['comeback']).toBeUndefined();
});

it('a run that a week reached stays reached when that week ends it', () => {
  const short = weeks('2026-09-07', [4, 0, 1]);
  expect(recognised(short, { today: '2026-09-25' }).badges['run_5']).toBe('2026-09-21');
  expect(recognised(short, { today: '2026-10-05' })).toMatchObject({ badges: { run_5: '2026-09-21' } });
});

it('a placement gives no badge, and takes none away', () => {
  const placements = { maths: { level: 12, on: '2026-12-01' } };
  expect(recognised([], { placements }).badges).toEqual({});
  const stepped = [...cases.step_up[0], cases.step_up[1]];
  const placed = recognised(stepped, { placements });
  expect(placed.badges['step_up']).toBe('2026-09-20');
  expect(placed.clubLevels['maths']).toEqual({ level: 12, pieces: 0, placed: placements.maths });
});
