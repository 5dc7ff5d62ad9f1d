import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Progress } from '#domain/collections/progress.ts';
import type { Attempt } from '#domain/experience/attempt.ts';
import { levelOf } from '#domain/experience/level.ts';
import { recognise, type ClubLevel, type Recognition } from '#domain/experience/recognition.ts';
import type { Streak } from '#domain/streaks/streak.ts';
import type { Club, Piece } from './pieces.ts';

export interface ChildRecognitionRecord {
  /** This child's pieces alone. */
  readonly pieces: readonly Piece[];
  /** As this device judged them. */
  readonly streak: Streak;
  readonly today: IsoDate;
  readonly clubs: readonly Club[];
  /** The class has a garden; what it brings, the server says. */
  readonly hasGarden: boolean;
  /** What the server says; undefined until it has said anything. */
  readonly progress: Progress | undefined;
}

/**
 * A child's points, levels and badges as this device knows them, unsent homework and marks included. The server has seen all
 * that has left this device, and tasks that are no longer here: whichever of the two has come further is shown.
 */
export function childRecognition({ pieces, streak, today, clubs, hasGarden, progress }: ChildRecognitionRecord): Recognition {
  const known = progress?.clubLevels ?? {};
  const here = recognise({
    attempts: pieces.map(toAttempt),
    streak,
    today,
    clubs: clubs.map(({ id, subject, strands, levels }) => ({ id, subject, strands, levels: levels.length })),
    placements: Object.fromEntries(Object.entries(known).flatMap(([clubId, { placed }]) => (placed ? [[clubId, placed]] : []))),
    blooms: hasGarden ? [] : null,
    opening: progress?.opening ?? null,
    badgesBefore: progress?.badges ?? {},
  });
  const points = Math.max(here.points, progress?.points ?? 0);
  const badges = { ...here.badges, ...progress?.badges };
  const clubIds = new Set([...Object.keys(here.clubLevels), ...Object.keys(known)]);
  return {
    points,
    level: levelOf(points),
    clubLevels: Object.fromEntries([...clubIds].map((id) => [id, further(here.clubLevels[id] ?? none, known[id] ?? none)])),
    badges,
    toCome: here.toCome.filter(({ id }) => !(id in badges)),
  };
}

function toAttempt({ completion, date, status, task, reviews }: Piece): Attempt {
  return {
    id: completion.id,
    clubId: completion.clubId,
    date,
    status,
    strand: task?.strand ?? null,
    // A device that was updated may hold what does not say it yet.
    activity: completion.activity ?? null,
    isAnswer: completion.previousAttemptId !== null,
    hasStar: reviews.some(({ star }) => star),
  };
}

const none: ClubLevel = { level: 1, pieces: 0, placed: null };

function further(one: ClubLevel, other: ClubLevel): ClubLevel {
  const isOneFurther = one.level === other.level ? one.pieces > other.pieces : one.level > other.level;
  return isOneFurther ? one : other;
}
