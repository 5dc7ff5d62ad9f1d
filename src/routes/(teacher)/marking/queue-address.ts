import * as v from 'valibot';
import { isoDate } from '#domain/calendar/dates.ts';
import { evidenceKind } from '#domain/collections/completions.ts';
import { queueSorts, usualView, type QueueView } from './queue.ts';

export interface QueueAddress extends QueueView {
  readonly pieceId: string | null;
}

/** Reads the queue's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): QueueAddress {
  const read = <Schema extends v.GenericSchema<unknown>>(name: string, schema: Schema): v.InferOutput<Schema> | null => {
    const parsed = v.safeParse(schema, parameters.get(name));
    return parsed.success ? parsed.output : null;
  };
  return {
    find: parameters.get('find') ?? '',
    clubId: parameters.get('club'),
    day: read('day', isoDate),
    evidence: read('evidence', evidenceKind),
    isLateOnly: parameters.has('late'),
    sort: read('sort', v.picklist(queueSorts)) ?? usualView.sort,
    pieceId: parameters.get('piece'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, clubId, day, evidence, isLateOnly, sort, pieceId }: QueueAddress): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (clubId !== null) parameters.set('club', clubId);
  if (day !== null) parameters.set('day', day);
  if (evidence !== null) parameters.set('evidence', evidence);
  if (isLateOnly) parameters.set('late', '');
  if (sort !== usualView.sort) parameters.set('sort', sort);
  if (pieceId !== null) parameters.set('piece', pieceId);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
