import fc from 'fast-check';
import {
  fillWithDefaultSettings,
  getQueryMatcher,
  getSortComparator,
  normalizeMangoQuery,
  prepareQuery,
  type MangoQuery,
} from 'rxdb/plugins/core';
import { expect, it } from 'vitest';
import { collections } from '#domain/collections/index.ts';
import { jsonSchemaOf, type StoredDocument } from '../json-schema.ts';
import type { LogDocument } from './log-document.ts';
import { plainQuery } from './plain-query.ts';

type Stored = LogDocument & StoredDocument;

const schema = fillWithDefaultSettings(jsonSchemaOf(collections.completions));

function prepared(query: MangoQuery<StoredDocument>) {
  return prepareQuery<StoredDocument>(schema, normalizeMangoQuery<StoredDocument>(schema, query));
}

const value = fc.constantFrom<unknown>(null, undefined, true, false, 0, 1, -2, 'a', 'b', '', [], ['a', 'b'], [1], { a: 1 });
const document = fc.record({
  studentId: fc.constantFrom('a', 'b'),
  completionDate: fc.constantFrom('1', '2', '3'),
  odd: value,
  isGone: fc.boolean(),
});
const operand = fc.constantFrom<unknown>(null, true, false, 0, 1, -2, 'a', 'b', '');
const comparison = fc.oneof(
  fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte').chain((operator) => operand.map((one) => ({ [operator]: one }))),
  fc.array(operand, { maxLength: 3 }).map((all) => ({ $in: all })),
);

it('answers as RxDB’s own matcher and order do, whatever lies in the fields', () => {
  let answered = 0;
  const asked = fc.record({
    comparison,
    limit: fc.option(fc.integer({ min: 1, max: 6 })),
    skip: fc.nat(3),
    direction: fc.constantFrom('asc', 'desc'),
  });
  fc.assert(
    fc.property(fc.array(document, { maxLength: 40 }), asked, (made, { comparison: odd, limit, skip, direction }) => {
      const documents = made.map(({ isGone, ...fields }, index): Stored => {
        return {
          ...fields,
          id: String(index).padStart(3, '0'),
          version: index,
          _deleted: isGone,
          _attachments: {},
          _rev: '1-a',
          _meta: { lwt: 1 },
        };
      });
      const query = prepared({
        selector: { odd, _deleted: { $eq: false } },
        sort: [{ completionDate: direction === 'asc' ? 'asc' : 'desc' }],
        skip,
        ...(limit !== null && { limit }),
      });
      const plain = plainQuery<StoredDocument>(schema, query);
      if (!plain) return;
      answered++;
      const matches = getQueryMatcher<StoredDocument>(schema, query.query);
      const expected = documents.filter((one) => matches(one)).sort(getSortComparator<StoredDocument>(schema, query.query));
      expect(plain(documents)).toEqual(expected.slice(skip, limit === null ? undefined : skip + limit));
    }),
    { seed: 20261129, numRuns: 300 },
  );
  expect(answered).toBeGreaterThan(150);
});

it('leaves to RxDB what it does not know', () => {
  const left: MangoQuery<StoredDocument>['selector'][] = [
    { $or: [{ version: { $eq: 1 } }, { version: { $eq: 2 } }] },
    { 'a.b': { $eq: 1 } },
    { studentId: { $regex: '^a' } },
    { odd: { $in: [['a']] } },
    { odd: { $gt: null } },
  ];
  const sort = [{ completionDate: 'desc' as const }];
  expect(left.map((selector) => plainQuery(schema, prepared({ ...(selector && { selector }), sort })))).toEqual(left.map(() => null));
});
