import { requestSorts, usualSort, type RequestView } from './request-list.ts';

/** Reads the list's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): RequestView {
  const state = parameters.get('state') === 'answered' ? 'answered' : 'open';
  return {
    state,
    classId: parameters.get('class'),
    find: parameters.get('find') ?? '',
    sort: requestSorts.find((one) => one === parameters.get('sort')) ?? usualSort[state],
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ state, classId, find, sort }: RequestView): string {
  const parameters = new URLSearchParams();
  if (state !== 'open') parameters.set('state', state);
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (sort !== usualSort[state]) parameters.set('sort', sort);
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
