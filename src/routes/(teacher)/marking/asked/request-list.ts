import { daysToAnswer, type ChildRequest } from '#domain/collections/child-requests.ts';
import type { Command } from '#domain/collections/commands.ts';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { openRequests } from '$lib/records/child-help.ts';
import { holdsWords } from '$lib/messages/locale.ts';
import { byName, type Child } from '$lib/records/children.ts';
import { titleOf, type Piece, type Task } from '$lib/records/pieces.ts';
import { requestWords } from './request-words.ts';

/** What a child asks, with what this device knows of it. */
export interface Asked {
  readonly request: ChildRequest;
  readonly child: Child;
  /** Null: it is about none, or about one that is not on this device. */
  readonly piece: Piece | null;
  readonly task: Task | null;
}

export type RequestState = 'open' | 'answered';

export const requestSorts = ['oldest', 'newest', 'child'] as const;
export type RequestSort = (typeof requestSorts)[number];

export interface RequestView {
  readonly state: RequestState;
  readonly classId: string | null;
  /** Words of the child's name, of what is asked or of what it is about; all must be found. */
  readonly find: string;
  readonly sort: RequestSort;
}

/** What waits longest is answered first; of what was answered, the newest is looked for. */
export const usualSort: Record<RequestState, RequestSort> = { open: 'oldest', answered: 'newest' };

interface Known {
  readonly requests: readonly ChildRequest[];
  /** On their way: what they answer waits no longer. */
  readonly commands: readonly Command[];
  readonly childrenById: ReadonlyMap<string, Child>;
  readonly piecesById: ReadonlyMap<string, Piece>;
  readonly tasksById: ReadonlyMap<string, Task>;
}

/** The last day to answer a wish to have something deleted. */
export function answerBy(request: Pick<ChildRequest, 'createdAt'>): IsoDate {
  return addDays(request.createdAt.slice(0, 10), daysToAnswer);
}

/** Those that wait or those that were answered, as they are looked for. */
export function listRequests(known: Known, view: RequestView): Asked[] {
  const requests =
    view.state === 'open' ? openRequests(known.requests, known.commands) : known.requests.filter(({ state }) => state === 'answered');
  return requests
    .flatMap((request) => {
      const child = known.childrenById.get(request.studentId);
      if (!child || (view.classId !== null && child.classId !== view.classId)) return [];
      const piece = known.piecesById.get(request.completionId ?? '') ?? null;
      return { request, child, piece, task: known.tasksById.get(request.taskId ?? '') ?? null };
    })
    .filter((asked) => holdsWords(view.find, [asked.child.displayName, requestWords(asked.request, ''), aboutWords(asked)]))
    .sort((one, other) => compare[view.sort](one, other) || compare.oldest(one, other));
}

/** What it is about, as far as this device knows; empty where it is about nothing, or about something that is not here. */
export function aboutWords({ piece, task }: Pick<Asked, 'piece' | 'task'>): string {
  return piece ? titleOf(piece) : (task?.title ?? '');
}

const compare: Record<RequestSort, (one: Asked, other: Asked) => number> = {
  oldest: (one, other) => one.request.createdAt.localeCompare(other.request.createdAt) || one.request.id.localeCompare(other.request.id),
  newest: (one, other) => compare.oldest(other, one),
  child: (one, other) => byName(one.child, other.child),
};
