import * as v from 'valibot';
import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Activity } from '#domain/collections/completions.ts';
import { clubId, completionId, taskId, type StudentId } from '#domain/ids.ts';
import type { NewHomework } from '$lib/data/homework.ts';
import type { Club, Piece, Task } from '$lib/records/pieces.ts';
import type { Feeling } from './draft.svelte.ts';
import type { Way } from './log-address.ts';

interface Said {
  readonly studentId: StudentId;
  readonly club: Club;
  readonly task: Task | null;
  /** The attempt that this one answers. */
  readonly previous: Piece | null;
  readonly way: Way;
  readonly text: string;
  readonly feeling: Feeling | null;
  /** What it was, where there is no task. */
  readonly activity: Activity | null;
  readonly day: IsoDate;
}

/** What a child has said of a piece of homework, as it is logged. Another go belongs to the same club and task as the first, and is what that was. */
export function newHomework({ studentId, club, task, previous, way, text, feeling, activity, day }: Said): NewHomework {
  return {
    studentId,
    clubId: previous?.completion.clubId ?? v.parse(clubId, club.id),
    taskId: previous ? previous.completion.taskId : task && v.parse(taskId, task.id),
    previousAttemptId: previous && v.parse(completionId, previous.completion.id),
    evidenceKind: way,
    writtenWork: way === 'written' ? text : null,
    feeling,
    // A device that was updated may hold an attempt that does not say it yet.
    activity: previous ? (previous.completion.activity ?? null) : task ? null : activity,
    completionDate: day,
  };
}
