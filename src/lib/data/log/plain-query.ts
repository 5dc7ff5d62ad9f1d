import { getQueryMatcher, getSortComparator, type PreparedQuery, type RxDocumentData, type RxJsonSchema } from 'rxdb/plugins/core';
import { isPlain, testOf, type Test } from './comparison.ts';

interface Condition {
  readonly field: string;
  readonly tests: readonly Test[];
}

/**
 * A query that compares fields with plain values, as all of the app's do, answered in one walk through the documents: RxDB's
 * own matcher takes ten times as long for each. Null where the query asks for more, or an index of RxDB's answers it as it is.
 */
export function plainQuery<Document>(
  schema: RxJsonSchema<RxDocumentData<Document>>,
  { query, queryPlan }: PreparedQuery<Document>,
): ((documents: Iterable<RxDocumentData<Document>>) => RxDocumentData<Document>[]) | null {
  if (queryPlan.selectorSatisfiedByIndex && queryPlan.sortSatisfiedByIndex) return null;
  const conditions = conditionsOf(query.selector);
  if (!conditions) return null;
  const slow = getQueryMatcher(schema, query);
  const order = getSortComparator(schema, query);
  const matches = (document: RxDocumentData<Document>): boolean => {
    const fields: Readonly<Record<string, unknown>> = document;
    for (const { field, tests } of conditions) {
      const value = fields[field];
      // Of a list, RxDB compares what is in it.
      if (!isPlain(value)) return slow(document);
      for (const test of tests) if (!test(value)) return false;
    }
    return true;
  };
  const { skip, limit = Infinity } = query;
  return (documents) => first(skip + limit, documents, matches, order).slice(skip);
}

/** The first `count` in order of those that match: who cannot be among them any more is not sorted. */
function first<One>(count: number, all: Iterable<One>, matches: (one: One) => boolean, order: (one: One, other: One) => number): One[] {
  const found: One[] = [];
  const cut = () => {
    found.sort(order);
    if (found.length > count) found.length = count;
  };
  let last: One | undefined;
  for (const one of all) {
    if (!matches(one) || (last !== undefined && order(one, last) > 0)) continue;
    found.push(one);
    if (found.length < 2 * count) continue;
    cut();
    last = found.at(-1);
  }
  cut();
  return found;
}

function conditionsOf(selector: object): Condition[] | null {
  const conditions: Condition[] = [];
  for (const [field, comparison] of Object.entries(selector) as [string, unknown][]) {
    // A path into a field, or a combination of selectors.
    if (field.includes('.') || field.startsWith('$')) return null;
    if (typeof comparison !== 'object' || comparison === null || Object.getPrototypeOf(comparison) !== Object.prototype) return null;
    const tests = Object.entries(comparison).map(([operator, operand]: [string, unknown]) => testOf(operator, operand));
    const known = tests.filter((test) => test !== null);
    if (known.length < tests.length) return null;
    conditions.push({ field, tests: known });
  }
  return conditions;
}
