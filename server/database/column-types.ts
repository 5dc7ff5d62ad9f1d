/** What a result row's columns become; `postgres` would turn instants into `Date` and lose the text of days. */
export const columnTypes = {
  bigint: { to: 20, from: [20], serialize: (value: number) => String(value), parse: Number },
  date: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (text: string) => text },
  instant: {
    to: 1184,
    from: [1184],
    serialize: (value: string | Date) => (typeof value === 'string' ? value : value.toISOString()),
    parse: timestampToInstant,
  },
};

export interface ColumnTypes extends Record<string, unknown> {
  bigint: number;
  date: string;
  instant: string;
}

/** `2026-11-24 08:30:00.12+00` (PostgreSQL's text in UTC) as `2026-11-24T08:30:00.120Z`, by text alone: no `Date`. */
export function timestampToInstant(text: string): string {
  const fraction = text.charAt(19) === '.' ? text.slice(20, text.indexOf('+', 20)) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
