import { mondayOf, type IsoDate } from '../calendar/dates.ts';
import type { BadgeRecord, BadgeStanding } from '../badges/badge.ts';
import { badges, type BadgeId } from '../badges/badges.ts';
import { steadyHalfTerms } from '../badges/weeks.ts';
import { countByStrand, readingsOf } from '../badges/work.ts';
import type { EarlierWork, OpeningBalance } from '../collections/progress.ts';
import { clubGrowth, type ClubGrowth, type Placement } from '../levels/growth.ts';
import { addCounts, piecesOf, type StrandCounts } from '../levels/steps.ts';
import type { Streak } from '../streaks/streak.ts';
import { countedAttempts, type Attempt } from './attempt.ts';
import type { ClubRules } from './club-rules.ts';
import { levelOf } from './level.ts';
import { pointsOf } from './points.ts';

/** All that points, levels and badges follow from. */
export interface RecognisedWork {
  readonly attempts: readonly Attempt[];
  /** As the same work was judged. */
  readonly streak: Streak;
  readonly today: IsoDate;
  readonly clubs: readonly ClubRules[];
  /** By club id, where a teacher has placed the child. */
  readonly placements: Readonly<Record<string, Placement>>;
  /** Mondays of weeks in which the garden of the class was in full bloom, as far as is known; null where there is no garden. */
  readonly blooms: readonly IsoDate[] | null;
  readonly opening: OpeningBalance | null;
  /** Badges that the child had before, by their day. */
  readonly badgesBefore: Readonly<Record<string, IsoDate>>;
  /** The day on which a jar of the child's buddies was full; missing where it is not known, as on devices. */
  readonly teamJarOn?: IsoDate | null;
}

export interface ClubLevel extends ClubGrowth {
  readonly placed: Placement | null;
}

export interface Recognition {
  readonly points: number;
  readonly level: number;
  /** By club id. */
  readonly clubLevels: Readonly<Record<string, ClubLevel>>;
  /** By the badge's id, the day on which it was earned. */
  readonly badges: Readonly<Record<string, IsoDate>>;
  /** How each badge that is not there yet stands. */
  readonly toCome: readonly (BadgeStanding & { readonly id: BadgeId })[];
}

/** What a child's work comes to in points, levels and badges. Pure: the same on the device and on the server. */
export function recognise(work: RecognisedWork): Recognition {
  const earlier = work.opening?.work ?? null;
  const attempts = openAttempts(work);
  const points = (earlier?.points ?? 0) + pointsOf(attempts);
  const record = badgeRecord(work, attempts);
  const standings = badges.map((badge) => ({ ...badge.standing(record), id: badge.id }));
  const earned = standings.flatMap(({ id, on }) => (on === null ? [] : [[id, on] as const]));
  const kept = badges.flatMap((badge) => {
    const before = work.badgesBefore[badge.id];
    return before !== undefined && 'stays' in badge && badge.stays(record, before) ? [[badge.id, before] as const] : [];
  });
  const held: Readonly<Record<string, IsoDate>> = { ...Object.fromEntries(earned), ...Object.fromEntries(kept), ...earlier?.badges };
  return {
    points,
    level: levelOf(points),
    clubLevels: Object.fromEntries(
      work.clubs.flatMap((club) => {
        const level = levelIn(work, record.approved, club);
        return level === null ? [] : [[club.id, level]];
      }),
    ),
    badges: held,
    toCome: standings.filter(({ id }) => !(id in held) && (id !== 'class_garden' || record.blooms !== null)),
  };
}

/**
 * What is to stand for the weeks before `monday`: with it, `recognise` comes to the same without their attempts. They are closed
 * for good then.
 */
export function earlierWorkAt(work: RecognisedWork, monday: IsoDate): EarlierWork {
  const earlier = work.opening?.work ?? null;
  const gone = openAttempts(work).filter(({ date }) => date < monday);
  const approved = gone.filter(({ status }) => status === 'approved');
  const weeks = work.streak.weeks.filter((week) => week.monday < monday);
  const { badges: held } = recognise(work);
  const byClub = (counts: (club: ClubRules) => StrandCounts) =>
    Object.fromEntries(
      work.clubs.map((club) => [club.id, { ...counts(club) }] as const).filter(([, ofClub]) => Object.keys(ofClub).length > 0),
    );
  return {
    points: (earlier?.points ?? 0) + pointsOf(gone),
    badges: { ...Object.fromEntries(Object.entries(held).filter(([, on]) => on < monday)), ...earlier?.badges },
    approved: byClub((club) => addCounts(earlier?.approved[club.id] ?? {}, countByStrand(inClub(approved, club)))),
    sincePlaced: byClub((club) => (work.placements[club.id] ? countsForLevel(work, approved, club) : {})),
    again: (earlier?.again ?? 0) + approved.filter(({ isAnswer }) => isAnswer).length,
    reading: (earlier?.reading ?? 0) + readingsOf(gone, new Map(work.clubs.map((club) => [club.id, club]))).length,
    steadyHalfTerms: (earlier?.steadyHalfTerms ?? 0) + steadyHalfTerms(weeks).length,
  };
}

/** Attempts that nothing stands for. */
function openAttempts({ attempts, opening, today }: RecognisedWork): Attempt[] {
  const from = opening?.work ? opening.monday : '';
  return countedAttempts(attempts).filter(({ date }) => date >= from && date <= today);
}

function badgeRecord({ streak, clubs, opening, blooms, teamJarOn = null }: RecognisedWork, attempts: readonly Attempt[]): BadgeRecord {
  const days = [...new Set(attempts.map(({ date }) => date))];
  return {
    attempts,
    approved: attempts.filter(({ status }) => status === 'approved'),
    clubsById: new Map(clubs.map((club) => [club.id, club])),
    weeks: streak.weeks,
    teamJarOn,
    doneByMonday: Map.groupBy(days, mondayOf),
    blooms,
    earlier: opening?.work ? { ...opening.work, run: opening.run, isLastMissed: opening.isLastMissed } : null,
  };
}

/** Null in a club in which the child has not begun. */
function levelIn(work: RecognisedWork, approved: readonly Attempt[], club: ClubRules): ClubLevel | null {
  const placed = work.placements[club.id] ?? null;
  const counts = countsForLevel(work, approved, club);
  if (placed === null && piecesOf(counts) === 0) return null;
  return { ...clubGrowth(counts, club.strands.length, club.levels, placed), placed };
}

/** Pieces that count for the level: those since the teacher's placement, where there is one. */
function countsForLevel({ placements, opening }: RecognisedWork, approved: readonly Attempt[], club: ClubRules): StrandCounts {
  const placed = placements[club.id];
  const open = inClub(approved, club).filter(({ date }) => placed === undefined || date >= placed.on);
  return addCounts(earlierForLevel(opening, club, placed), countByStrand(open));
}

function earlierForLevel(opening: OpeningBalance | null, club: ClubRules, placed: Placement | undefined): StrandCounts {
  if (!opening?.work) return {};
  if (placed === undefined) return opening.work.approved[club.id] ?? {};
  return placed.on < opening.monday ? (opening.work.sincePlaced[club.id] ?? {}) : {};
}

function inClub(attempts: readonly Attempt[], club: ClubRules): Attempt[] {
  return attempts.filter(({ clubId }) => clubId === club.id);
}
