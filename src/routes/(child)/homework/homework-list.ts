import { addDays, mondayOf, type IsoDate } from '#domain/calendar/dates.ts';
import type { Piece } from '$lib/records/pieces.ts';

export interface HomeworkList {
  /** A teacher asked for another go and none has been had. */
  readonly again: readonly Piece[];
  /** The rest by weeks, the newest first. */
  readonly weeks: readonly HomeworkWeek[];
  /** Pieces that are not shown yet. */
  readonly more: number;
}

export interface HomeworkWeek {
  readonly monday: IsoDate;
  readonly when: 'this_week' | 'last_week' | 'earlier';
  readonly pieces: readonly Piece[];
}

/** A child's homework as they look for it: what wants another go, then week by week. `pieces` come newest first; `limit` of them are laid out. */
export function homeworkList(pieces: readonly Piece[], today: IsoDate, limit: number): HomeworkList {
  const again = pieces.filter((piece) => piece.status === 'returned' && !piece.isAnswered);
  const rest = pieces.filter((piece) => !again.includes(piece));
  const thisMonday = mondayOf(today);
  const weeks = [...Map.groupBy(rest.slice(0, limit), (piece) => mondayOf(piece.date))].map(([monday, ofWeek]): HomeworkWeek => {
    const when = monday >= thisMonday ? 'this_week' : monday === addDays(thisMonday, -7) ? 'last_week' : 'earlier';
    return { monday, when, pieces: ofWeek };
  });
  return { again, weeks, more: Math.max(0, rest.length - limit) };
}
