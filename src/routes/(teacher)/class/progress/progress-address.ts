import { spanKinds, type SpanKind } from '#domain/calendar/spans.ts';

export interface ProgressAddress {
  /** Null, like every id that is not known here: the first of one's own. */
  readonly classId: string | null;
  readonly kind: SpanKind;
  /** The Monday on which the span begins; null: the newest. */
  readonly from: string | null;
  readonly clubId: string | null;
}

/** Reads what is looked at from the page's address; what it does not understand it leaves at the usual. */
export function readAddress(parameters: URLSearchParams): ProgressAddress {
  return {
    classId: parameters.get('class'),
    kind: spanKinds.find((kind) => kind === parameters.get('span')) ?? 'half_term',
    from: parameters.get('from'),
    clubId: parameters.get('club'),
  };
}

/** The address that restores the view; the usual is left out. */
export function writeAddress({ classId, kind, from, clubId }: ProgressAddress): string {
  const parameters = new URLSearchParams();
  if (classId !== null) parameters.set('class', classId);
  if (kind !== 'half_term') parameters.set('span', kind);
  if (from !== null) parameters.set('from', from);
  if (clubId !== null) parameters.set('club', clubId);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
