import { isPlain, testOf, type Plain } from './comparison.ts';

type Matches = (document: object) => boolean;

/**
 * Stands where RxDB has mingo, in what is built for browsers: mingo takes seven kilobytes of each first load for what no query
 * here asks. These compare fields with plain values; RxDB's own ask also for one of several selectors. The names are RxDB's.
 *
 * @throws Error for a query that asks for more
 */
export function getMingoQuery(selector: object): { readonly test: Matches } {
  return { test: matcherOf(selector) };
}

/** The order of values that are not of one kind, of the lesser first, as RxDB sorts by them. */
export function compare(one: Plain, other: Plain): number {
  const difference = kinds.indexOf(kindOf(one)) - kinds.indexOf(kindOf(other));
  if (difference !== 0) return difference;
  return one === other ? 0 : (one ?? 0) < (other ?? 0) ? -1 : 1;
}

const kinds = ['undefined', 'null', 'number', 'string', 'boolean'];

function kindOf(value: Plain): string {
  if (!isPlain(value))
    throw new Error('Documents are sorted by plain values: sort by another field, or say in query-matcher.ts how these stand.');
  return value === null ? 'null' : typeof value;
}

function matcherOf(selector: object): Matches {
  const all = Object.entries(selector).map(([field, asked]: [string, unknown]) => {
    if (field !== '$or') return fieldMatcher(field, asked);
    if (!Array.isArray(asked)) throw unknownQuery(field, asked);
    const any = asked.map((one: object) => matcherOf(one));
    return (document: object) => any.some((matches) => matches(document));
  });
  return (document) => all.every((matches) => matches(document));
}

function fieldMatcher(field: string, asked: unknown): Matches {
  if (field.startsWith('$')) throw unknownQuery(field, asked);
  const operators = Object.entries(isPlain(asked) ? { $eq: asked } : Object(asked));
  if (operators.length === 0) throw unknownQuery(field, asked);
  const path = field.split('.');
  const tests = operators.map(([operator, operand]: [string, unknown]) => valueMatcher(operator, operand));
  return (document) => {
    const value = valueAt(document, path);
    return tests.every((test) => test(value));
  };
}

/** Of a list, what is in it is compared. */
function valueMatcher(operator: string, operand: unknown): (value: unknown) => boolean {
  const isNegated = operator === '$ne';
  const test = testOf(isNegated ? '$eq' : operator, operand);
  if (!test) throw unknownQuery(operator, operand);
  const isMet = (value: unknown): boolean =>
    isPlain(value) ? test(value) : Array.isArray(value) && value.some((one) => isPlain(one) && test(one));
  return (value) => isMet(value) !== isNegated;
}

function valueAt(document: object, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

function unknownQuery(operator: string, operand: unknown): Error {
  return new Error(
    `Queries on the device compare fields with plain values, and ${operator}: ${JSON.stringify(operand)} asks for more. Say in query-matcher.ts what it means.`,
  );
}
