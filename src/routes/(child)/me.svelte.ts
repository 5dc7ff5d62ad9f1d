import { getContext, setContext } from 'svelte';
import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { Recognition } from '#domain/experience/recognition.ts';
import { treeStage, type TreeStage } from '#domain/levels/tree.ts';
import { explainDays, type DayReason } from '#domain/streaks/explain.ts';
import { liveQuery } from '$lib/data/live-query.svelte.ts';
import { compareWords } from '$lib/messages/locale.ts';
import { helpByPiece, type HelpStanding } from '$lib/records/child-help.ts';
import type { Child, SchoolClass } from '$lib/records/children.ts';
import type { ChildStreak } from '$lib/records/child-streak.ts';
import { openTasks, type OpenTask } from '$lib/records/open-tasks.ts';
import type { Club, Piece } from '$lib/records/pieces.ts';
import { provideRecords, type Records } from '$lib/records/records.svelte.ts';
import { teacherName } from '$lib/records/teacher-name.ts';
import { heldBadges, type HeldBadge } from '$lib/records/held-badges.ts';
import { Finds } from './finds.svelte.ts';
import { session } from '$lib/session/session.svelte.ts';
import { MyBuddies } from './my-buddies.svelte.ts';
import { ChildWording } from './wording.svelte.ts';

/** How a child's tree in one club stands. */
export interface TreeGrowth {
  readonly stage: TreeStage;
  /** The level's name, where the club has given it one. */
  readonly name: string | null;
  /** Approved pieces of the step that is growing, 0 to 6. */
  readonly pieces: number;
}

/** The child who is signed in, and what their own screens show. */
export class Me {
  readonly records: Records = provideRecords();
  readonly #notices = liveQuery('notices');

  /** Null until this child's record is on the device. */
  readonly child: Child | null = $derived.by(() => this.records.childrenById.get(session.current?.user.id ?? '') ?? null);
  readonly firstName: string = $derived.by(() => this.child?.firstName ?? session.current?.user.displayName.split(' ')[0] ?? '');
  readonly avatar: string = $derived.by(() => this.child?.avatar ?? '');

  readonly buddies: MyBuddies = new MyBuddies(() => this.child);
  readonly yearGroups: readonly string[] = $derived.by(() => (this.child ? [this.child.yearGroup] : []));
  readonly wording = new ChildWording(() => this.yearGroups);

  /** Own homework, newest day first. */
  readonly pieces: readonly Piece[] = $derived.by(() =>
    [...(this.child ? this.records.piecesOf(this.child.studentId) : [])].sort(
      (one, other) => other.date.localeCompare(one.date) || other.completion.capturedAt.localeCompare(one.completion.capturedAt),
    ),
  );
  readonly clubs: readonly Club[] = $derived.by(() => {
    const year = this.child?.yearGroup;
    return [...this.records.clubsById.values()]
      .filter((club) => club.isActive && (year === undefined || club.yearGroups.length === 0 || club.yearGroups.includes(year)))
      .sort((one, other) => subjectOrder.indexOf(one.subject) - subjectOrder.indexOf(other.subject) || compareWords(one.name, other.name));
  });
  readonly tasks: readonly OpenTask[] = $derived.by(() =>
    this.child ? openTasks({ tasks: this.records.tasks, pieces: this.pieces, child: this.child, today: this.records.today }) : [],
  );
  /** How what was asked about a piece stands, by its id. */
  readonly help: ReadonlyMap<string, HelpStanding> = $derived.by(() => helpByPiece(this.records.commands, this.#notices.current));
  /** Null until there is a child to judge. */
  readonly streak: ChildStreak | null = $derived.by(() => (this.child ? this.records.streakOf(this.child) : null));
  readonly run: number = $derived.by(() => this.streak?.judged.currentRun ?? 0);
  /** Null until there is a child to judge. */
  readonly recognition: Recognition | null = $derived.by(() =>
    this.child && this.streak ? this.records.recognitionOf(this.child, this.streak) : null,
  );
  readonly week: readonly DayReason[] = $derived.by(() =>
    this.days(mondayOf(this.records.today), addDays(mondayOf(this.records.today), 6)),
  );

  readonly schoolClass: SchoolClass | null = $derived.by(() => (this.child ? this.records.classOf(this.child) : null));
  readonly className: string | null = $derived.by(() => this.schoolClass?.name ?? null);
  /** "Ms Okafor": the lead of the child's class, or "your teacher". */
  readonly teacher: string = $derived.by(() => teacherName(this.records.staffById.get(this.schoolClass?.staff[0] ?? '')?.displayName));

  /** Newest first. */
  readonly badges: readonly HeldBadge[] = $derived.by(() =>
    heldBadges(this.recognition?.badges ?? {}, this.child ? this.records.givenBadgesOf(this.child) : []),
  );
  readonly finds = new Finds({
    found: () => this.badges,
    level: () => this.recognition?.level ?? null,
    today: () => this.records.today,
  });

  /** The day of the first leaf ever; null before it. Earlier days are no rest: nothing had begun. */
  readonly firstLeaf: IsoDate | null = $derived.by(() => this.pieces.findLast((piece) => piece.status !== 'void')?.date ?? null);

  /** Why each day from `from` to `until` looks as it does. */
  days(from: IsoDate, until: IsoDate): DayReason[] {
    if (!this.streak) return [];
    const reasons = explainDays(this.streak.input, this.streak.judged, from, until);
    return reasons.map((day) => (day.kind === 'rest' && this.isBeforeFirstLeaf(day.date) ? { ...day, kind: 'day_off' } : day));
  }

  isBeforeFirstLeaf(date: IsoDate): boolean {
    return this.firstLeaf === null || date < this.firstLeaf;
  }

  tree(club: Club): TreeGrowth {
    const { level, pieces } = this.recognition?.clubLevels[club.id] ?? { level: 1, pieces: 0 };
    return {
      stage: treeStage(level, club.levels.length),
      name: club.levels.find(({ number }) => number === level)?.name ?? null,
      pieces,
    };
  }
}

const subjectOrder = ['mathematics', 'english', 'science', 'topic', 'other'];
const key = Symbol('me');

/** Sets up the child's own record for the whole frame; call it in the layout. */
export function provideMe(): Me {
  return setContext(key, new Me());
}

export function useMe(): Me {
  return getContext<Me>(key);
}
