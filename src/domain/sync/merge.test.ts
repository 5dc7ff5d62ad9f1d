import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedFields, isSame, isSameContent, mergeFields } from './merge.ts';

const base = { id: 'a', version: 4, writtenWork: 'as it was', minutes: 10, feeling: null };

describe('the merge of two changes by field', () => {
  it('keeps what only one side changed', () => {
    const { merged, clashes } = mergeFields(base, { ...base, minutes: 15 }, { ...base, version: 9, feeling: 'easy' });
    expect(merged).toEqual({ ...base, version: 9, minutes: 15, feeling: 'easy' });
    expect(clashes).toEqual({});
  });

  it('lets the server’s value stand where both changed a field, and gives the own one back', () => {
    const { merged, clashes } = mergeFields(base, { ...base, writtenWork: 'mine' }, { ...base, writtenWork: 'theirs' });
    expect(merged).toEqual({ ...base, writtenWork: 'theirs' });
    expect(clashes).toEqual({ writtenWork: 'mine' });
  });

  it('is no clash when both made the same change', () => {
    expect(mergeFields(base, { ...base, minutes: 15 }, { ...base, minutes: 15 }).clashes).toEqual({});
  });

  it('without a base takes the server’s for all that differs, and gives the own back', () => {
    expect(mergeFields(undefined, { ...base, minutes: 15 }, base)).toEqual({ merged: base, clashes: { minutes: 15 } });
  });

  it('never loses a value: each change of this side stands in the merge or among the clashes', () => {
    const fields = fc.record({
      one: fc.integer({ max: 3, min: 0 }),
      two: fc.constantFrom('a', 'b'),
      three: fc.array(fc.boolean(), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.option(fields, { nil: undefined }), fields, fields, (agreed, own, server) => {
        const { merged, clashes } = mergeFields(agreed, own, server);
        for (const [field, value] of Object.entries(changedFields(agreed, own))) {
          expect(isSame(merged[field], value) || isSame(clashes[field], value)).toBe(true);
        }
        // What only the server changed is the server's.
        for (const [field, value] of Object.entries(server))
          if (!(field in changedFields(agreed, own))) expect(merged[field]).toEqual(value);
      }),
    );
  });
});

describe('equality of content', () => {
  it('does not ask where a document stands, only what it says', () => {
    expect(isSameContent(base, { ...base, version: 0, _deleted: false })).toBe(true);
    expect(isSameContent(base, { ...base, minutes: 11 })).toBe(false);
    expect(isSameContent(base, { ...base, _deleted: true })).toBe(false);
  });

  it('takes two documents that are gone for the same', () => {
    expect(isSameContent({ ...base, _deleted: true }, { id: 'a', _deleted: true })).toBe(true);
  });

  it('tells a field that is missing from one that is null', () => {
    expect(isSameContent({ id: 'a' }, { id: 'a', minutes: null })).toBe(false);
    expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
  });

  it('is an equivalence over JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isSame(value, JSON.parse(JSON.stringify(value)))));
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => isSame(one, other) === isSame(other, one)));
  });
});
