import { readSorted, writeSorted } from '$lib/ui/sorting.ts';
import { pieceSorting, statuses, type PieceView } from './piece-list.ts';

/** What a report tells of. */
export const reportKinds = ['half_term', 'term'] as const;
export type ReportKind = (typeof reportKinds)[number];

export interface ChildAddress extends PieceView {
  /** Null: the first of one's own class. */
  readonly childId: string | null;
  /** The report is shown, as it will be printed. */
  readonly isReport: boolean;
  readonly kind: ReportKind;
  /** The Monday on which the report's span begins; null: the newest. */
  readonly from: string | null;
}

/** Reads what is looked at from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): ChildAddress {
  return {
    childId: parameters.get('id'),
    find: parameters.get('find') ?? '',
    clubId: parameters.get('club'),
    status: statuses.find((status) => status === parameters.get('status')) ?? null,
    ...readSorted(parameters, pieceSorting),
    isReport: parameters.has('report'),
    kind: reportKinds.find((kind) => kind === parameters.get('span')) ?? 'half_term',
    from: parameters.get('from'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ childId, find, clubId, status, isReport, kind, from, ...sorted }: ChildAddress): string {
  const parameters = new URLSearchParams();
  if (childId !== null) parameters.set('id', childId);
  if (find.trim() !== '') parameters.set('find', find.trim());
  if (clubId !== null) parameters.set('club', clubId);
  if (status !== null) parameters.set('status', status);
  writeSorted(parameters, sorted, pieceSorting);
  if (isReport) parameters.set('report', '');
  if (kind !== 'half_term') parameters.set('span', kind);
  if (from !== null) parameters.set('from', from);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
