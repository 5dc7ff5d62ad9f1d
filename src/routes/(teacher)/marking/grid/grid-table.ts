import { m } from '$lib/messages/generated/messages.js';
import { evidenceWords } from '../piece-words.ts';
import type { Tile, TileState } from './grid.ts';

const stateWords: Record<TileState, () => string> = {
  waiting: m.status_submitted,
  approved: m.status_approved,
  returned: m.status_returned,
  set_aside: m.status_void,
  not_yet: m.tasks_not_yet,
};

/** The tiles in view, a line each, with their head, for a spreadsheet. */
export function gridTable(tiles: readonly Tile[], classNameOf: (tile: Tile) => string): string[][] {
  const head = [
    m.queue_csv_child(),
    m.queue_csv_class(),
    m.queue_csv_piece(),
    m.child_page_status(),
    m.queue_csv_day(),
    m.queue_csv_evidence(),
  ];
  return [
    head,
    ...tiles.map((tile) => [
      tile.child.displayName,
      classNameOf(tile),
      tile.title,
      stateWords[tile.state](),
      tile.piece?.date ?? '',
      tile.piece === null ? '' : evidenceWords[tile.piece.completion.evidenceKind](),
    ]),
  ];
}
