import { queueSorts, type QueueSort, type QueueView } from './queue.ts';

export interface QueueAddress extends QueueView {
  readonly pieceId: string | null;
}

const isSort = (text: string | null): text is QueueSort => queueSorts.some((sort) => sort === text);

/** Reads the queue's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): QueueAddress {
  const sort = parameters.get('sort');
  return {
    find: parameters.get('find') ?? '',
    clubId: parameters.get('club'),
    sort: isSort(sort) ? sort : 'oldest',
    pieceId: parameters.get('piece'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, clubId, sort, pieceId }: QueueAddress): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (clubId !== null) parameters.set('club', clubId);
  if (sort !== 'oldest') parameters.set('sort', sort);
  if (pieceId !== null) parameters.set('piece', pieceId);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
