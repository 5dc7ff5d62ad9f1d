import type { IsoDate } from '../calendar/dates.ts';
import type { subjects } from '../collections/school.ts';
import type { Attempt } from '../experience/attempt.ts';
import type { ClubRules } from '../experience/club-rules.ts';
import { noStrand, piecesOf, piecesPerStep, stepsOf, type StrandCounts } from '../levels/steps.ts';
import { earnedWith, longAgo, type BadgeRecord, type BadgeStanding } from './badge.ts';

type Subject = (typeof subjects)[number];
const coreSubjects: readonly Subject[] = ['mathematics', 'english', 'science', 'topic'];

export function firstPiece({ attempts }: BadgeRecord): BadgeStanding {
  return earnedWith(datesOf(attempts), 1);
}

/** Approved in each of the core clubs. */
export function everyCoreClub(record: BadgeRecord): BadgeStanding {
  const firsts = coreSubjects.flatMap((subject) => {
    if (earlierPieces(record, subject) > 0) return [longAgo];
    return approvedIn(record, subject)[0]?.date ?? [];
  });
  return earnedWith(firsts.sort(), coreSubjects.length);
}

/** So many approved pieces, in one subject or in all. */
export function approvedPieces(need: number, subject: Subject | null = null): (record: BadgeRecord) => BadgeStanding {
  return (record) => earnedWith(datesOf(approvedIn(record, subject)), need, earlierPieces(record, subject));
}

/** So many approved attempts that answered another. */
export function approvedAgain(need: number): (record: BadgeRecord) => BadgeStanding {
  return ({ approved, earlier }) => earnedWith(datesOf(approved.filter(({ isAnswer }) => isAnswer)), need, earlier?.again ?? 0);
}

/** So many times read: what was logged as reading, and what was done for a task of reading. Another go at it is no other reading. */
export function readings(need: number): (record: BadgeRecord) => BadgeStanding {
  return ({ attempts, clubsById, earlier }) => earnedWith(datesOf(readingsOf(attempts, clubsById)), need, earlier?.reading ?? 0);
}

/** The strand of an English club whose tasks are reading. */
const readingStrand = 'reading';

/** Each time read, whatever a teacher says of it. */
export function readingsOf(attempts: readonly Attempt[], clubsById: ReadonlyMap<string, ClubRules>): readonly Attempt[] {
  return attempts.filter(
    ({ activity, strand, clubId, isAnswer }) =>
      !isAnswer && (activity === 'reading' || (strand === readingStrand && clubsById.get(clubId)?.subject === 'english')),
  );
}

/** So many steps in one club, wherever a teacher has placed the child. */
export function stepsInAClub(need: number): (record: BadgeRecord) => BadgeStanding {
  return (record) => best(record, (club) => stepsStanding(record, club, need));
}

/** An approved piece of every strand of a club. */
export function everyStrand(record: BadgeRecord): BadgeStanding {
  return best(record, (club) => {
    if (club.strands.length < 2) return null;
    const firsts = club.strands.flatMap((strand) => {
      if ((record.earlier?.approved[club.id]?.[strand] ?? 0) > 0) return [longAgo];
      return record.approved.find((attempt) => attempt.clubId === club.id && attempt.strand === strand)?.date ?? [];
    });
    return earnedWith(firsts.sort(), club.strands.length);
  });
}

/** A step's worth of approved pieces of one project of topic. */
export function topicProject(record: BadgeRecord): BadgeStanding {
  return best(record, (club) => {
    if (club.subject !== 'topic') return null;
    return furthest(
      club.strands.map((strand) => {
        const pieces = record.approved.filter((attempt) => attempt.clubId === club.id && attempt.strand === strand);
        return earnedWith(datesOf(pieces), piecesPerStep, record.earlier?.approved[club.id]?.[strand] ?? 0);
      }),
    );
  });
}

/** Approved pieces by strand. */
export function countByStrand(attempts: readonly Attempt[]): StrandCounts {
  const counts = new Map<string, number>();
  for (const { strand } of attempts) counts.set(strand ?? noStrand, (counts.get(strand ?? noStrand) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function stepsStanding({ approved, earlier }: BadgeRecord, club: ClubRules, need: number): BadgeStanding {
  const counts = { ...earlier?.approved[club.id] };
  let steps = stepsOf(counts, club.strands.length);
  for (const { clubId, strand, date } of approved) {
    if (clubId !== club.id) continue;
    counts[strand ?? noStrand] = (counts[strand ?? noStrand] ?? 0) + 1;
    const before = steps;
    steps = stepsOf(counts, club.strands.length);
    if (before < need && steps >= need) return { on: date, have: need * piecesPerStep, need: need * piecesPerStep };
  }
  // Six pieces of one strand are not a step yet: one of another is what is missing.
  const pieces = steps * piecesPerStep + Math.min(piecesPerStep - 1, piecesOf(counts) - steps * piecesPerStep);
  return { on: null, have: Math.min(need * piecesPerStep - 1, pieces), need: need * piecesPerStep };
}

function best(record: BadgeRecord, standing: (club: ClubRules) => BadgeStanding | null): BadgeStanding {
  return furthest([...record.clubsById.values()].flatMap((club) => standing(club) ?? []));
}

/** The one earned first, else the one that has come furthest. */
function furthest(standings: readonly BadgeStanding[]): BadgeStanding {
  const [first] = [...standings].sort((one, other) => {
    if (one.on !== null && other.on !== null) return one.on.localeCompare(other.on);
    if (one.on !== null || other.on !== null) return one.on === null ? 1 : -1;
    return other.have / other.need - one.have / one.need;
  });
  return first ?? { on: null, have: 0, need: 1 };
}

function approvedIn({ approved, clubsById }: BadgeRecord, subject: Subject | null): readonly Attempt[] {
  return subject === null ? approved : approved.filter(({ clubId }) => clubsById.get(clubId)?.subject === subject);
}

function earlierPieces({ earlier, clubsById }: BadgeRecord, subject: Subject | null): number {
  return Object.entries(earlier?.approved ?? {})
    .filter(([clubId]) => subject === null || clubsById.get(clubId)?.subject === subject)
    .reduce((sum, [, counts]) => sum + piecesOf(counts), 0);
}

function datesOf(attempts: readonly Attempt[]): IsoDate[] {
  return attempts.map(({ date }) => date);
}
