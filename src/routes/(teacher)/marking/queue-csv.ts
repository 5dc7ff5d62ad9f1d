import { m } from '$lib/messages/generated/messages.js';
import { momentWords } from '$lib/records/date-words.ts';
import { arrivedAt, loggedAt } from '$lib/records/pieces.ts';
import { tableToCsv } from '$lib/ui/csv.ts';
import { evidenceWords, punctualityWords } from './piece-words.ts';
import type { QueueItem } from './queue.ts';

/** The queue as it is in view, a line a piece, for a spreadsheet; of what was handed in, only of which kind it is. */
export function queueCsv(items: readonly QueueItem[], classNameOf: (item: QueueItem) => string): string {
  const head = [
    m.queue_csv_child(),
    m.queue_csv_class(),
    m.queue_csv_club(),
    m.queue_csv_piece(),
    m.queue_csv_day(),
    m.queue_csv_in_time(),
    m.queue_csv_attempt(),
    m.queue_csv_evidence(),
    m.queue_csv_logged(),
    m.queue_csv_arrived(),
  ];
  const lines = items.map((item) => {
    const { piece } = item;
    const punctuality = piece.receipt?.punctuality ?? null;
    return [
      item.child.displayName,
      classNameOf(item),
      piece.club?.name ?? '',
      item.title,
      piece.date,
      punctuality === null ? '' : punctualityWords[punctuality](),
      piece.attempt,
      evidenceWords[piece.completion.evidenceKind](),
      momentWords(loggedAt(piece)),
      momentWords(arrivedAt(piece)),
    ];
  });
  return tableToCsv([head, ...lines]);
}
