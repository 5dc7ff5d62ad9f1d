import fc from 'fast-check';
import type { MangoQuery } from 'rxdb/plugins/core';
import type { StoredDocument } from '../json-schema.ts';

type Value = string | number | null;
type Comparison = Readonly<Record<string, Value | readonly Value[]>>;

/** A query in the terms that screens use, and what it asks for said a second time, as plainly as can be. */
export interface GeneratedQuery {
  readonly where: Readonly<Record<string, Comparison>>;
  readonly sort: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly skip: number;
  readonly limit: number | undefined;
}

const students = ['a', 'b', 'c'].map((letter) => `${letter}0000000-0000-7000-8000-000000000000`);
const days = ['2026-09-01', '2026-09-02', '2026-10-25', '2027-03-28'];
const feelings = ['easy', 'ok', 'tricky', null];

/** The content of one document; few values, so that queries find some. */
export const generatedContent = fc.record({
  studentId: fc.constantFrom(...students),
  completionDate: fc.constantFrom(...days),
  version: fc.integer({ min: 0, max: 5 }),
  minutes: fc.option(fc.integer({ min: 0, max: 4 })),
  feeling: fc.constantFrom(...feelings),
  isGone: fc.nat(4).map((one) => one === 0),
});

function comparisonOf<One extends Value>(values: fc.Arbitrary<One>): fc.Arbitrary<Comparison> {
  return fc.oneof(
    fc.record({ $eq: values }),
    fc.record({ $ne: values }),
    fc.record({ $in: fc.array(values, { maxLength: 3 }) }),
    fc.record({ $gte: values }),
    fc.record({ $lt: values }),
    fc.record({ $gt: values, $lte: values }),
  );
}

const sortable = fc.constantFrom('studentId', 'completionDate', 'version', 'id');

export const generatedQuery: fc.Arbitrary<GeneratedQuery> = fc.record({
  where: fc.record(
    {
      studentId: comparisonOf(fc.constantFrom(...students)),
      completionDate: comparisonOf(fc.constantFrom(...days)),
      version: comparisonOf(fc.integer({ min: 0, max: 5 })),
      // Of what may be missing only the same and another are asked.
      feeling: fc.oneof(fc.record({ $eq: fc.constantFrom(...feelings) }), fc.record({ $ne: fc.constantFrom(...feelings) })),
    },
    { requiredKeys: [] },
  ),
  // Without one RxDB promises no order.
  sort: fc.uniqueArray(fc.tuple(sortable, fc.constantFrom('asc' as const, 'desc' as const)), {
    minLength: 1,
    maxLength: 3,
    selector: ([field]) => field,
  }),
  skip: fc.nat(5),
  limit: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
});

export function toMango({ where, sort, skip, limit }: GeneratedQuery): MangoQuery<StoredDocument> {
  return {
    selector: { ...where, _deleted: { $eq: false } },
    sort: sort.map(([field, direction]) => ({ [field]: direction })),
    skip,
    ...(limit !== undefined && { limit }),
  };
}

/** What the query finds among all `documents`. */
export function evaluate<Document extends StoredDocument & { readonly _deleted: boolean }>(
  { where, sort, skip, limit }: GeneratedQuery,
  documents: readonly Document[],
): Document[] {
  const found = documents.filter(
    (document) => !document._deleted && Object.entries(where).every(([field, comparison]) => meets(document[field], comparison)),
  );
  // RxDB sorts by the primary key where nothing else decides.
  const order = sort.some(([field]) => field === 'id') ? sort : [...sort, ['id', 'asc'] as const];
  found.sort((one, other) => {
    for (const [field, direction] of order) {
      const difference = compare(one[field], other[field]);
      if (difference !== 0) return direction === 'asc' ? difference : -difference;
    }
    return 0;
  });
  return found.slice(skip, limit === undefined ? undefined : skip + limit);
}

function meets(value: unknown, comparison: Comparison): boolean {
  return Object.entries(comparison).every(([operator, operand]) => {
    switch (operator) {
      case '$eq':
        return value === operand;
      case '$ne':
        return value !== operand;
      case '$in':
        return Array.isArray(operand) && operand.includes(value);
      case '$gte':
        return compare(value, operand) >= 0;
      case '$gt':
        return compare(value, operand) > 0;
      case '$lte':
        return compare(value, operand) <= 0;
      case '$lt':
        return compare(value, operand) < 0;
      default:
        throw new Error(`The reference does not know ${operator}.`);
    }
  });
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  throw new Error('The reference compares numbers with numbers, and texts with texts.');
}
