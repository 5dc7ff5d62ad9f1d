import { m } from '$lib/messages/generated/messages.js';
import { dateWords, momentWords } from '$lib/records/date-words.ts';
import { aboutWords, answerBy, type Asked } from './request-list.ts';
import { answeredWords, requestWords } from './request-words.ts';

/** What children ask, with its head, for a spreadsheet. */
export function requestTable(all: readonly Asked[], classNameOf: (asked: Asked) => string): string[][] {
  const head = [
    m.queue_csv_child(),
    m.queue_csv_class(),
    m.asked_csv_what(),
    m.asked_csv_about(),
    m.asked_csv_when(),
    m.asked_csv_until(),
    m.asked_csv_answer(),
  ];
  return [
    head,
    ...all.map((asked) => [
      asked.child.displayName,
      classNameOf(asked),
      requestWords(asked.request, asked.child.firstName),
      aboutWords(asked),
      momentWords(asked.request.createdAt),
      asked.request.kind === 'delete' && asked.request.state === 'open' ? dateWords(answerBy(asked.request)) : '',
      asked.request.answer === null ? '' : answeredWords[asked.request.answer](),
    ]),
  ];
}
