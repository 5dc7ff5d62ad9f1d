import { mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { GardenStage } from '#domain/boards/garden.ts';
import type { ClassBoard } from '#domain/collections/classes.ts';

/** What a screen shows of a class's board on a day. */
export interface BoardView {
  /** This week's garden; null where there is none. */
  readonly stage: GardenStage | null;
  /** Of earlier weeks in which something grew, the newest first: bare beds are nothing to look back at. */
  readonly earlier: ClassBoard['gardens'];
  /** Names are of one week: those of another that this device still holds are nobody's to show. */
  readonly effort: ClassBoard['effort'];
  /** Null where the school has no individual board. */
  readonly places: ClassBoard['places'];
}

/** Null where the class has no board at all. */
export function boardView(board: ClassBoard | null | undefined, today: IsoDate): BoardView | null {
  if (!board) return null;
  const monday = mondayOf(today);
  const isNow = board.monday === monday;
  return {
    stage: board.gardens.find((garden) => garden.monday === monday)?.stage ?? null,
    earlier: board.gardens.filter((garden) => garden.monday < monday && garden.stage > 0),
    effort: isNow ? board.effort : [],
    places: board.places && (isNow ? board.places : []),
  };
}
