import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { Closure } from '#domain/calendar/expected-days.ts';
import { gardenOf, type GardenStage } from '#domain/boards/garden.ts';
import { hallOfEffort, individualBoard, type BoardPlace } from '#domain/boards/names.ts';
import type { BoardWeek } from '#domain/boards/week.ts';
import type { WeekRecord } from '#domain/collections/progress.ts';
import { streakInput } from '#domain/streaks/streak-input.ts';
import { streak } from '#domain/streaks/streak.ts';

/** This week, and three that are over: work from the week before last may still be on its way. */
const weeksBack = 3;

/** The first day of which a board is written anew. */
export function boardsFrom(today: IsoDate): IsoDate {
  return addDays(mondayOf(today), -7 * weeksBack);
}

/** A child as long as it is in a class, both days included; null: with no end. */
export interface ClassMember {
  readonly classId: string;
  readonly studentId: string;
  readonly from: IsoDate;
  readonly until: IsoDate | null;
  readonly startedOn: IsoDate;
  /** The class's, in days a week. */
  readonly target: number;
  readonly closedWeeks: readonly WeekRecord[];
  /** Days with homework that is not void, and days excused, since `boardsFrom`. */
  readonly doneDays: readonly IsoDate[];
  readonly excused: readonly IsoDate[];
  /** May be named now: the school's, the family's and the child's yes. */
  readonly isShown: boolean;
}

export interface ClassFacts {
  readonly today: IsoDate;
  readonly closures: readonly Closure[];
  readonly isIndividual: boolean;
  readonly members: readonly ClassMember[];
}

/** A row of `leaderboards`. */
export type BoardRow = { readonly classId: string; readonly monday: IsoDate } & (
  | { readonly kind: 'garden'; readonly figures: { readonly stage: GardenStage } }
  | { readonly kind: 'effort'; readonly figures: { readonly children: readonly string[] } }
  | { readonly kind: 'individual'; readonly figures: { readonly places: readonly BoardPlace[] } }
);

const weekOff: BoardWeek = { have: 0, need: 0 };

/** Every board of these classes since `boardsFrom`; what is not among them is not there. Pure. */
export function classBoards({ today, closures, isIndividual, members }: ClassFacts): BoardRow[] {
  const thisMonday = mondayOf(today);
  const judged = members.map((member) => ({ member, weeks: weeksOf(member, closures, today) }));
  return [...Map.groupBy(judged, ({ member }) => member.classId)].flatMap(([classId, children]): BoardRow[] => {
    const gardens: BoardRow[] = [];
    for (let monday = boardsFrom(today); monday <= thisMonday; monday = addDays(monday, 7)) {
      const lastDay = monday === thisMonday ? today : addDays(monday, 6);
      const there = children.filter(({ member }) => isThere(member, lastDay));
      const stage = gardenOf(there.flatMap(({ weeks }) => weeks.get(monday) ?? []));
      if (stage !== null) gardens.push({ classId, monday, kind: 'garden', figures: { stage } });
    }
    const now = children
      .filter(({ member }) => isThere(member, today))
      .map(({ member: { studentId, isShown }, weeks }) => ({ studentId, isShown, ...(weeks.get(thisMonday) ?? weekOff) }));
    const names = hallOfEffort(now);
    const places = isIndividual ? individualBoard(now) : [];
    return [
      ...gardens,
      ...(names.length > 0 ? [{ classId, monday: thisMonday, kind: 'effort' as const, figures: { children: names } }] : []),
      ...(places.length > 0 ? [{ classId, monday: thisMonday, kind: 'individual' as const, figures: { places } }] : []),
    ];
  });
}

/** By Monday, as the child's own run judges them. */
function weeksOf(member: ClassMember, closures: readonly Closure[], today: IsoDate): Map<IsoDate, BoardWeek> {
  const from = boardsFrom(today);
  const { weeks } = streak(
    streakInput({
      startedOn: member.startedOn > from ? member.startedOn : from,
      closures,
      target: member.target,
      today,
      entries: member.doneDays.map((date) => ({ date, status: 'submitted' })),
      excused: member.excused,
      closedWeeks: member.closedWeeks,
      opening: { monday: from, run: 0, longestRun: 0, isLastMissed: false },
    }),
  );
  return new Map(weeks.map(({ monday, have, need }) => [monday, { have, need }]));
}

function isThere({ from, until }: ClassMember, day: IsoDate): boolean {
  return from <= day && (until === null || until >= day);
}
