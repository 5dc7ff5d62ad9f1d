import type { ChildRequest } from '#domain/collections/child-requests.ts';
import type { Command } from '#domain/collections/commands.ts';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { openRequests } from '$lib/records/child-help.ts';
import type { Child } from '$lib/records/children.ts';
import type { Piece, Task } from '$lib/records/pieces.ts';

/** What a child asks, with what this device knows of it. */
export interface Asked {
  readonly request: ChildRequest;
  readonly child: Child;
  /** Null: it is about none, or about one that is not on this device. */
  readonly piece: Piece | null;
  readonly task: Task | null;
}

export type RequestState = 'open' | 'answered';

interface Known {
  readonly requests: readonly ChildRequest[];
  /** On their way: what they answer waits no longer. */
  readonly commands: readonly Command[];
  readonly childrenById: ReadonlyMap<string, Child>;
  readonly piecesById: ReadonlyMap<string, Piece>;
  readonly tasksById: ReadonlyMap<string, Task>;
}

/** The law gives a school a month to answer a wish to delete (UK GDPR, article 12(3)); four weeks are never longer. */
const daysToAnswer = 28;

/** The last day to answer a wish to have something deleted. */
export function answerBy(request: Pick<ChildRequest, 'createdAt'>): IsoDate {
  return addDays(request.createdAt.slice(0, 10), daysToAnswer);
}

/** Those that wait, the oldest first; or those that were answered, the newest first. */
export function listRequests(known: Known, view: { readonly state: RequestState; readonly classId: string | null }): Asked[] {
  const requests =
    view.state === 'open'
      ? openRequests(known.requests, known.commands)
      : known.requests
          .filter(({ state }) => state === 'answered')
          .sort((one, other) => other.createdAt.localeCompare(one.createdAt) || other.id.localeCompare(one.id));
  return requests.flatMap((request) => {
    const child = known.childrenById.get(request.studentId);
    if (!child || (view.classId !== null && child.classId !== view.classId)) return [];
    const piece = known.piecesById.get(request.completionId ?? '') ?? null;
    return { request, child, piece, task: known.tasksById.get(request.taskId ?? '') ?? null };
  });
}
