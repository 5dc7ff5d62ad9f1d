import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Completion } from '#domain/collections/completions.ts';
import type { Piece } from '$lib/records/pieces.ts';
import type { Records } from '$lib/records/records.svelte.ts';

/** A new piece (of a task or not), another go at one that came back, or a change to one that nobody has marked. */
export type LogIntent =
  | { readonly kind: 'new'; readonly taskId: string | null }
  | { readonly kind: 'again'; readonly piece: Piece }
  | { readonly kind: 'change'; readonly piece: Piece };

export interface LogStart extends Pick<Completion, 'minutes' | 'feeling' | 'activity'> {
  readonly clubId: string | null;
  readonly taskId: string | null;
  readonly day: IsoDate;
  readonly kind: Completion['evidenceKind'];
  readonly words: string;
}

/** What stands in the sheet when it opens. */
export function logStart(intent: LogIntent, records: Pick<Records, 'tasksById' | 'today'>): LogStart {
  if (intent.kind === 'new') {
    const chosen = intent.taskId === null ? null : (records.tasksById.get(intent.taskId) ?? null);
    return {
      clubId: chosen?.clubId ?? null,
      taskId: chosen?.id ?? null,
      day: records.today,
      kind: 'written',
      words: '',
      minutes: null,
      feeling: null,
      activity: null,
    };
  }
  const { completion } = intent.piece;
  const isChange = intent.kind === 'change';
  return {
    clubId: completion.clubId,
    taskId: completion.taskId,
    day: isChange ? completion.completionDate : records.today,
    kind: completion.evidenceKind,
    words: isChange ? (completion.writtenWork ?? '') : '',
    minutes: isChange ? completion.minutes : null,
    feeling: isChange ? completion.feeling : null,
    // A device that was updated may hold what does not say it yet.
    activity: completion.activity ?? null,
  };
}
