import { getContext, setContext } from 'svelte';
import type { Closure } from '#domain/calendar/expected-days.ts';
import type { ChildRequest } from '#domain/collections/child-requests.ts';
import type { Command } from '#domain/collections/commands.ts';
import type { ExcusedDay } from '#domain/collections/excused-days.ts';
import type { DocumentOf } from '#domain/collections/index.ts';
import type { Note } from '#domain/collections/notes.ts';
import { subjects } from '#domain/collections/school.ts';
import type { Recognition } from '#domain/experience/recognition.ts';
import { standingExcuses } from '#domain/streaks/excused.ts';
import { liveQuery } from '$lib/data/live-query.svelte.ts';
import { compareWords } from '$lib/messages/locale.ts';
import { syncStatus } from '$lib/sync/status.svelte.ts';
import { childRecognition } from './child-recognition.ts';
import { childStreak, type ChildStreak, type ChildStreakRecord } from './child-streak.ts';
import { givenBadges, type GivenBadge, type TeacherBadge } from './given-badges.ts';
import { FirstFetch } from './first-fetch.svelte.ts';
import { byName, isChild, isGuardian, isStaff, type Child, type Guardian } from './children.ts';
import { movedAway } from './moved-away.ts';
import { joinPieces, type Club, type Piece } from './pieces.ts';
import { waitingPlacings } from './waiting-placings.ts';
import { SchoolDay } from './today.svelte.ts';

type SchoolDocument = DocumentOf<'school'>;
export type Profile = Extract<SchoolDocument, { kind: 'profile' }>;
type CalendarEntry = Extract<SchoolDocument, { kind: 'calendar' }>;

const everything = () => ({});
const noPieces: readonly Piece[] = [];
const noExcuses: readonly ExcusedDay[] = [];
const noNotes: readonly Note[] = [];
const usualTarget = 4;
const usualTimeZone = 'Europe/London';

/** All that this device holds for the person who is signed in, joined once and kept up to date. */
export class Records {
  // Set up with the component, so that the queries end with it.
  readonly #school = liveQuery('school', everything);
  readonly #people = liveQuery('people', everything);
  readonly #classes = liveQuery('classes', everything);
  readonly #tasks = liveQuery('tasks', everything);
  readonly #completions = liveQuery('completions', everything);
  readonly #receipts = liveQuery('receipts', everything);
  readonly #reviews = liveQuery('reviews', everything);
  readonly #notes = liveQuery('notes', everything);
  readonly #excusedDays = liveQuery('excused_days', everything);
  readonly #progress = liveQuery('progress', everything);
  readonly #commands = liveQuery('commands', everything);
  readonly #requests = liveQuery('child_requests', everything);
  readonly #day = new SchoolDay(() => this.profile?.timeZone ?? usualTimeZone);

  /** The device has said what it holds, be it nothing. */
  readonly hasAnswered: boolean = $derived.by(() =>
    [this.#school, this.#people, this.#classes, this.#tasks, this.#completions, this.#receipts, this.#reviews].every(
      (query) => query.isLoaded,
    ),
  );
  readonly #firstFetch = new FirstFetch(this);
  /** The device has answered, and what it holds is not just the beginning of a first fetch, nor nothing because none could begin. */
  readonly isLoaded: boolean = $derived.by(
    () => this.hasAnswered && this.#firstFetch.isOver && (this.profile !== null || syncStatus.current.hasBeenWhole),
  );

  readonly profile: Profile | null = $derived.by(
    () => this.#school.current.find((document): document is Profile => document.kind === 'profile') ?? null,
  );
  readonly calendar: readonly CalendarEntry[] = $derived.by(() =>
    this.#school.current
      .filter((document): document is CalendarEntry => document.kind === 'calendar')
      .sort((one, other) => one.from.localeCompare(other.from)),
  );
  readonly closures: readonly Closure[] = $derived.by(() => this.calendar.map(({ from, until }) => ({ from, until })));
  /** In the order in which every screen shows them. */
  readonly clubsById: ReadonlyMap<string, Club> = $derived.by(
    () =>
      new Map(
        this.#school.current
          .filter((document): document is Club => document.kind === 'club')
          .sort((one, other) => subjects.indexOf(one.subject) - subjects.indexOf(other.subject) || compareWords(one.name, other.name))
          .map((club) => [club.id, club]),
      ),
  );

  /** Those that teachers give, out of use or not. */
  readonly badges: readonly TeacherBadge[] = $derived.by(() =>
    this.#school.current
      .filter((document): document is TeacherBadge => document.kind === 'badge')
      .sort((one, other) => compareWords(one.name, other.name)),
  );
  readonly #badgesById = $derived.by(() => new Map(this.badges.map((badge) => [badge.id, badge])));

  readonly classes: readonly DocumentOf<'classes'>[] = $derived.by(() =>
    [...this.#classes.current].sort((one, other) => compareWords(one.name, other.name)),
  );
  readonly classesById = $derived.by(() => new Map(this.#classes.current.map((one) => [one.id, one])));
  readonly tasks: readonly DocumentOf<'tasks'>[] = $derived.by(() => this.#tasks.current);
  readonly tasksById = $derived.by(() => new Map(this.#tasks.current.map((task) => [task.id, task])));

  readonly children: readonly Child[] = $derived.by(() => this.#people.current.filter(isChild).sort(byName));
  readonly childrenById: ReadonlyMap<string, Child> = $derived.by(() => new Map(this.children.map((child) => [child.studentId, child])));
  readonly staff = $derived.by(() =>
    this.#people.current.filter(isStaff).sort((one, other) => compareWords(one.displayName, other.displayName)),
  );
  readonly staffById = $derived.by(() => new Map(this.staff.map((member) => [member.userId as string, member])));

  readonly #movedAway = $derived.by(() => movedAway(this.#commands.current));
  // Each laid out by itself: a mark changes the reviews, and no more than those.
  readonly #standing = $derived.by(() => this.#completions.current.filter(({ id }) => !this.#movedAway.has(id)));
  readonly #receiptsById = $derived.by(() => new Map(this.#receipts.current.map((receipt) => [receipt.id, receipt])));
  readonly #reviewsByCompletion = $derived.by(() => Map.groupBy(this.#reviews.current, (review) => review.completionId as string));
  /** As they were joined last. */
  #joined: ReadonlyMap<string, Piece> = new Map();
  readonly piecesById: ReadonlyMap<string, Piece> = $derived.by(() => {
    const parts = {
      receiptsById: this.#receiptsById,
      reviewsByCompletion: this.#reviewsByCompletion,
      clubsById: this.clubsById,
      tasksById: this.tasksById,
    };
    this.#joined = new Map(joinPieces(this.#standing, parts, this.#joined).map((piece) => [piece.completion.id, piece]));
    return this.#joined;
  });
  readonly pieces: readonly Piece[] = $derived.by(() => [...this.piecesById.values()]);
  readonly #piecesByStudent = $derived.by(() => Map.groupBy(this.pieces, (piece) => piece.completion.studentId as string));
  /** Ways in which an adult and a child belong together, by their ids; a family's device knows its own alone. */
  readonly guardiansById: ReadonlyMap<string, Guardian> = $derived.by(
    () => new Map(this.#people.current.filter(isGuardian).map((guardian) => [guardian.guardianshipId, guardian])),
  );
  /** Oldest first: ids follow the time they were made at. */
  readonly #notesByCompletion = $derived.by(() =>
    Map.groupBy(
      [...this.#notes.current].sort((one, other) => one.id.localeCompare(other.id)),
      (note) => note.completionId as string,
    ),
  );
  readonly #excusesByStudent = $derived.by(() =>
    Map.groupBy(standingExcuses(this.#excusedDays.current), ({ studentId }) => studentId as string),
  );
  /** What children ask; teachers alone have it. */
  readonly requests: readonly ChildRequest[] = $derived.by(() => this.#requests.current);
  /** What was asked of the school from here, and what of it still waits. */
  readonly commands: readonly Command[] = $derived.by(() => this.#commands.current);
  readonly #progressByStudent = $derived.by(
    () => new Map(this.#progress.current.map((progress) => [progress.studentId as string, progress])),
  );

  /** The school's calendar day. */
  get today(): string {
    return this.#day.current;
  }

  childrenOf(classId: string): Child[] {
    return this.children.filter((child) => child.classId === classId);
  }

  piecesOf(studentId: string): readonly Piece[] {
    return this.#piecesByStudent.get(studentId) ?? noPieces;
  }

  /** What excuses a child from homework, a row a day or more; unsent ones too. */
  excusesOf(studentId: string): readonly ExcusedDay[] {
    return this.#excusesByStudent.get(studentId) ?? noExcuses;
  }

  notesOf(completionId: string): readonly Note[] {
    return this.#notesByCompletion.get(completionId) ?? noNotes;
  }

  /** The display name of the teacher who leads the child's class. */
  teacherOf(child: Child): string | undefined {
    const lead = this.classOf(child)?.staff[0];
    return lead === undefined ? undefined : this.staffById.get(lead)?.displayName;
  }

  classOf(child: Child): DocumentOf<'classes'> | null {
    return child.classId === null ? null : (this.classesById.get(child.classId) ?? null);
  }

  /** What a child's run is counted from. */
  streakRecordOf(child: Child): ChildStreakRecord {
    const progress = this.#progressByStudent.get(child.studentId);
    return {
      startedOn: child.startedOn,
      closures: this.closures,
      target: this.classOf(child)?.weeklyTarget ?? usualTarget,
      today: this.today,
      pieces: this.piecesOf(child.studentId),
      excused: this.excusesOf(child.studentId).map(({ day }) => day),
      closedWeeks: progress?.weeks ?? [],
      opening: progress?.opening,
    };
  }

  streakOf(child: Child): ChildStreak {
    return childStreak(this.streakRecordOf(child));
  }

  /** Points, levels and badges, from the streak that was judged of the same work. */
  recognitionOf(child: Child, { judged }: ChildStreak): Recognition {
    return childRecognition({
      pieces: this.piecesOf(child.studentId),
      streak: judged,
      today: this.today,
      clubs: [...this.clubsById.values()],
      hasGarden: (this.classOf(child)?.board?.gardens.length ?? 0) > 0,
      progress: this.#progressByStudent.get(child.studentId),
    });
  }

  /** Levels by club id on which this person has asked to place the child, as long as that is not sent. */
  placingsOf({ studentId }: Child): ReadonlyMap<string, number> {
    return waitingPlacings(this.#commands.current, studentId);
  }

  /** What teachers gave the child, oldest first; what was asked for here and not sent yet too. */
  givenBadgesOf({ studentId }: Child): GivenBadge[] {
    return givenBadges({
      studentId,
      progress: this.#progressByStudent.get(studentId),
      commands: this.#commands.current,
      badgesById: this.#badgesById,
      timeZone: this.profile?.timeZone ?? usualTimeZone,
    });
  }
}

const key = Symbol('records');

/** Sets up the person's records for a whole frame of screens; call it in the layout. */
export function provideRecords(): Records {
  return setContext(key, new Records());
}

export function useRecords(): Records {
  return getContext<Records>(key);
}
