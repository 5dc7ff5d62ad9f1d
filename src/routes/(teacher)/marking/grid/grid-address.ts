import type { GridView } from './grid.ts';

/** Reads the grid's view from the page's address. */
export function readAddress(parameters: URLSearchParams): GridView {
  return {
    groupId: parameters.get('task'),
    clubId: parameters.get('club'),
    classId: parameters.get('class'),
    find: parameters.get('find') ?? '',
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ groupId, clubId, classId, find }: GridView): string {
  const parameters = new URLSearchParams();
  if (groupId !== null) parameters.set('task', groupId);
  if (clubId !== null) parameters.set('club', clubId);
  if (classId !== null) parameters.set('class', classId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
