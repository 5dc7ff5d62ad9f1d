import { dateInZone, type IsoDate } from '#domain/calendar/dates.ts';
import type { Command } from '#domain/collections/commands.ts';
import type { DocumentOf } from '#domain/collections/index.ts';
import type { Progress } from '#domain/collections/progress.ts';

/** A badge that teachers give: the school's own, or a built-in one. */
export type TeacherBadge = Extract<DocumentOf<'school'>, { kind: 'badge' }>;

/** A badge that a child was given. */
export interface GivenBadge {
  readonly badge: TeacherBadge;
  readonly on: IsoDate;
  readonly teacherId: string;
  /** Asked for on this device; the school has yet to hear of it. */
  readonly isWaiting: boolean;
}

export interface GivenBadgesRecord {
  readonly studentId: string;
  /** What the server says; undefined until it has said anything. */
  readonly progress: Progress | undefined;
  /** The person's own: a settled one says nothing any more. */
  readonly commands: readonly Command[];
  readonly badgesById: ReadonlyMap<string, TeacherBadge>;
  readonly timeZone: string;
}

/** What a child was given, oldest first, each badge once; one whose badge is not here yet comes when it is. */
export function givenBadges({ studentId, progress, commands, badgesById, timeZone }: GivenBadgesRecord): GivenBadge[] {
  const known = progress?.given ?? [];
  const asked = commands.flatMap((command) =>
    command.kind === 'give_badge' && command.payload?.studentId === studentId
      ? [{ badgeId: command.payload.badgeId, on: dateInZone(new Date(command.capturedAt), timeZone), teacherId: command.userId }]
      : [],
  );
  const given = new Map<string, GivenBadge>();
  for (const [index, { badgeId, on, teacherId }] of [...known, ...asked].entries()) {
    const badge = badgesById.get(badgeId);
    if (badge && !given.has(badgeId)) given.set(badgeId, { badge, on, teacherId, isWaiting: index >= known.length });
  }
  return [...given.values()];
}
