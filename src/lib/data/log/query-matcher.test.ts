import fc from 'fast-check';
import {
  fillWithDefaultSettings,
  getQueryMatcher,
  getSortComparator,
  normalizeMangoQuery,
  type MangoQuery,
  type RxDocumentData,
} from 'rxdb/plugins/core';
import { describe, expect, it } from 'vitest';
import { compare, getMingoQuery } from './query-matcher.ts';

interface Odd {
  readonly id: string;
  readonly odd?: unknown;
  readonly other?: unknown;
}

const schema = fillWithDefaultSettings<Odd>({
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 10 }, odd: {}, other: {} },
});

const plain = fc.constantFrom<unknown>(null, true, false, 0, 1, -2, 'a', 'b', '');
const value = fc.oneof(
  plain,
  fc.constant(undefined),
  fc.array(fc.oneof(plain, fc.array(plain, { maxLength: 2 })), { maxLength: 3 }),
  fc.constant({ a: 1 }),
);
const comparison = fc.oneof(
  plain,
  fc.record({ $eq: plain }),
  fc.record({ $ne: plain }),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), fc.constantFrom<unknown>(0, 1, -2, 'a', 'b', ''))
    .map(([operator, operand]) => ({ [operator]: operand })),
  fc.record({ $gte: fc.constantFrom('', 'a'), $lt: fc.constantFrom('a', 'b') }),
  fc.array(plain, { maxLength: 3 }).map((all) => ({ $in: all })),
);
const lwt = fc.integer({ min: 1, max: 3 });
const selector = fc.oneof(
  fc.record({ odd: comparison, other: comparison }, { requiredKeys: [] }),
  // How RxDB asks for what has changed since.
  fc.record({ since: lwt, id: fc.constantFrom('1', '2') }).map(({ since, id }) => ({
    $or: [{ '_meta.lwt': { $gt: since } }, { '_meta.lwt': { $eq: since }, id: { $gt: id } }],
    '_meta.lwt': { $gte: since },
  })),
);
const document = fc.record(
  { id: fc.constantFrom('1', '2', '3'), odd: value, other: value, _meta: fc.record({ lwt }) },
  { requiredKeys: ['id', '_meta'] },
);

/** As RxDB itself does, with mingo. */
function byMingo(asked: object): (document: object) => boolean {
  const query = normalizeMangoQuery<Odd>(schema, { selector: asked } satisfies MangoQuery<Odd>);
  return getQueryMatcher<Odd>(schema, query) as (document: object) => boolean;
}

describe('in mingo’s place', () => {
  it('a query finds what it finds with mingo, whatever lies in the fields', () => {
    let found = 0;
    fc.assert(
      fc.property(selector, fc.array(document, { minLength: 1, maxLength: 20 }), (asked, documents) => {
        const ours = documents.filter(getMingoQuery(asked).test);
        found += ours.length;
        expect(ours).toEqual(documents.filter(byMingo(asked)));
      }),
      { seed: 20261129, numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(2000);
  });

  it('values of several kinds stand in the order in which they stand with mingo', () => {
    const query = normalizeMangoQuery<Odd>(schema, { selector: {}, sort: [{ odd: 'asc' }, { id: 'asc' }] });
    const order = getSortComparator<Odd>(schema, query);
    const values = [undefined, null, true, false, 0, 1, -2, 'a', 'b', ''];
    for (const one of values)
      for (const other of values) {
        const [left, right] = [one, other].map((odd) => ({ id: '1', odd }) as RxDocumentData<Odd>);
        if (left && right)
          expect(Math.sign(compare(one, other)), `${String(one)} and ${String(other)}`).toBe(Math.sign(order(left, right) || 0));
      }
  });

  it.each([
    { odd: { $regex: '^a' } },
    { odd: { $in: [['a']] } },
    { odd: { $gt: null } },
    { odd: { $eq: [1] } },
    { odd: {} },
    { odd: { a: 1 } },
    { $nor: [{ odd: { $eq: 1 } }] },
    { $or: { odd: { $eq: 1 } } },
  ])('what is not known here is never answered wrongly, but said: %j', (asked) => {
    expect(() => getMingoQuery(asked)).toThrow('asks for more');
  });

  it('documents are not sorted by lists', () => {
    expect(() => compare(['a'] as never, 'a')).toThrow('sorted by plain values');
  });
});
