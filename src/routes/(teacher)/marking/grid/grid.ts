import { holdsWords } from '$lib/messages/locale.ts';
import * as v from 'valibot';
import { completionId } from '#domain/ids.ts';
import type { NewReview } from '$lib/data/homework.ts';
import { byName, type Child } from '$lib/records/children.ts';
import type { Piece } from '$lib/records/pieces.ts';
import type { SetTask } from '../../tasks/task-list.ts';
import { buildQueue, usualView, viewQueue } from '../queue.ts';

/** `not_yet`: nothing handed in for the task. */
export type TileState = 'waiting' | 'approved' | 'returned' | 'set_aside' | 'not_yet';

/** One piece that waits, or was marked in this visit; for a task one child, with or without a piece. */
export interface Tile {
  /** The completion's id; the child's where there is none. */
  readonly id: string;
  readonly child: Child;
  readonly piece: Piece | null;
  readonly title: string;
  readonly state: TileState;
}

export interface GridView {
  /** The task whose children are shown; null: everything that waits. */
  readonly groupId: string | null;
  readonly clubId: string | null;
  readonly classId: string | null;
  /** Words of a child's name, or of what was handed in; all must be found. */
  readonly find: string;
}

interface Known {
  readonly pieces: readonly Piece[];
  readonly childrenById: ReadonlyMap<string, Child>;
  readonly task: SetTask | null;
  /** Ids of what was approved in this visit: it stays in its place. */
  readonly approved: ReadonlySet<string>;
  readonly titleOf: (piece: Piece) => string;
}

/** The tiles of a view, by child. */
export function buildTiles({ pieces, childrenById, task, approved, titleOf }: Known, { clubId, classId, find }: GridView): Tile[] {
  const isShown = (child: Child) => classId === null || child.classId === classId;
  if (task !== null) {
    return task.children
      .filter((child) => isShown(child) && holdsWords(find, [child.displayName]))
      .map((child) => {
        const piece = task.done.get(child.studentId) ?? null;
        return { id: piece?.completion.id ?? child.studentId, child, piece, title: task.task.title, state: stateOf(piece) };
      });
  }
  return viewQueue(buildQueue(pieces, childrenById, approved, titleOf), { ...usualView, clubId, find, sort: 'name' })
    .filter(({ child }) => isShown(child))
    .map(({ id, child, piece, title }) => ({ id, child, piece, title, state: stateOf(piece) }))
    .sort((one, other) => byName(one.child, other.child));
}

export function isWaiting({ state }: Tile): boolean {
  return state === 'waiting';
}

/** What waits, without a picture that somebody would have to look at. */
export function withoutPhoto(tiles: readonly Tile[]): Tile[] {
  return tiles.filter((tile) => isWaiting(tile) && tile.piece?.completion.evidenceKind !== 'photo');
}

/** What waits between two tiles, both included, whichever comes first; `to` alone where `from` is not there. */
export function between(tiles: readonly Tile[], from: string | null, to: string): Tile[] {
  const end = tiles.findIndex(({ id }) => id === to);
  const begin = tiles.findIndex(({ id }) => id === from);
  if (end === -1) return [];
  const [first, last] = begin === -1 ? [end, end] : [Math.min(begin, end), Math.max(begin, end)];
  return tiles.slice(first, last + 1).filter(isWaiting);
}

/** One approval for each chosen tile that is shown and still waits, in their order: nothing out of sight is approved. */
export function approvalsOf(tiles: readonly Tile[], chosen: ReadonlySet<string>): NewReview[] {
  return tiles.flatMap((tile) =>
    isWaiting(tile) && tile.piece !== null && chosen.has(tile.id)
      ? [{ completionId: v.parse(completionId, tile.piece.completion.id), studentId: tile.child.studentId, verdict: 'approved' as const }]
      : [],
  );
}

/** Where the arrow keys lead from a tile; the same where there is no tile in that direction. */
export function stepTo(key: string, at: number, count: number, columns: number): number | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const next = at + step;
  return next < 0 || next >= count ? at : next;
}

function stateOf(piece: Piece | null): TileState {
  if (piece === null) return 'not_yet';
  if (piece.status === 'submitted') return piece.isAnswered ? 'returned' : 'waiting';
  return piece.status === 'void' ? 'set_aside' : piece.status;
}
