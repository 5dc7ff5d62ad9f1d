import { readSorted, writeSorted } from '$lib/ui/sorting.ts';
import { taskFilters, taskSorting, type TaskView } from './task-list.ts';

export interface TasksAddress extends TaskView {
  /** The task whose panel is open. */
  readonly groupId: string | null;
  /** The form for a new task is open. */
  readonly isSetting: boolean;
}

/** Reads the list's view from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): TasksAddress {
  return {
    find: parameters.get('find') ?? '',
    clubId: parameters.get('club'),
    classId: parameters.get('class'),
    filter: taskFilters.find((one) => one === parameters.get('show')) ?? 'current',
    ...readSorted(parameters, taskSorting),
    groupId: parameters.get('task'),
    isSetting: parameters.has('new'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ find, clubId, classId, filter, groupId, isSetting, ...sorted }: TasksAddress): string {
  const parameters = new URLSearchParams();
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (clubId !== null) parameters.set('club', clubId);
  if (classId !== null) parameters.set('class', classId);
  if (filter !== 'current') parameters.set('show', filter);
  writeSorted(parameters, sorted, taskSorting);
  if (groupId !== null) parameters.set('task', groupId);
  if (isSetting) parameters.set('new', '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
