import { columns, firstDirection, taskFilters, type Column, type TaskFilter, type TaskView } from './task-list.ts';

export interface TasksAddress extends TaskView {
  /** The task whose panel is open. */
  readonly groupId: string | null;
  /** The form for a new task is open. */
  readonly isSetting: boolean;
}

const isColumn = (text: string | null): text is Column => columns.some((column) => column === text);
const isFilter = (text: string | null): text is TaskFilter => taskFilters.some((filter) => filter === text);

/** Reads the list's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): TasksAddress {
  const column = parameters.get('sort');
  const sort = isColumn(column) ? column : 'due';
  const filter = parameters.get('show');
  const direction = parameters.get('direction');
  return {
    find: parameters.get('find') ?? '',
    clubId: parameters.get('club'),
    classId: parameters.get('class'),
    filter: isFilter(filter) ? filter : 'current',
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : firstDirection[sort],
    groupId: parameters.get('task'),
    isSetting: parameters.has('new'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, clubId, classId, filter, sort, direction, groupId, isSetting }: TasksAddress): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (clubId !== null) parameters.set('club', clubId);
  if (classId !== null) parameters.set('class', classId);
  if (filter !== 'current') parameters.set('show', filter);
  if (sort !== 'due') parameters.set('sort', sort);
  if (direction !== firstDirection[sort]) parameters.set('direction', direction);
  if (groupId !== null) parameters.set('task', groupId);
  if (isSetting) parameters.set('new', '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
