import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { must } from '../../must.ts';
import { isSame, type Fields } from '../merge.ts';
import { schemaNumber } from '../protocol.ts';
import { lenses } from './index.ts';
import { numberAfter } from './lens.ts';
import { liftRow } from './lift-row.ts';
import { pastLenses } from './testing/past-lenses.ts';
import { translationSince } from './translation.ts';

const stand = { id: '01960000-0000-7000-8000-000000000001', version: 7, _deleted: false };
const asItIs = (document: Fields) => document;

/** A completion as today's apps know it, as far as the lenses of these tests concern it. */
const today: fc.Arbitrary<Fields> = fc
  .record({
    writtenWork: fc.option(fc.constantFrom('Seven eights.', 'Conkers.')),
    evidenceKind: fc.constantFrom('photo', 'written', 'show_in_class'),
    minutes: fc.option(fc.integer({ min: 0, max: 5 })),
    clockOffsetMs: fc.option(fc.integer({ min: -3000, max: 3000 })),
    feeling: fc.option(fc.constantFrom('easy', 'ok', 'tricky')),
  })
  .map((content) => ({ ...stand, ...content }));

const nullsIn = (document: Fields) => Object.values(document).filter((value) => value === null).length;

describe('the lenses of today', () => {
  it('S28: make the schema number, without gaps, one change a number and collection', () => {
    expect(schemaNumber).toBe(numberAfter(lenses));
    expect(new Set(lenses.map(({ number }) => number)).size).toBe(schemaNumber - 1);
    expect(new Set(lenses.map(({ collection, number }) => `${collection} ${String(number)}`)).size).toBe(lenses.length);
  });

  it('S28: tell an app of 1 nothing of what a piece was, and let it write one that says nothing of it', () => {
    const { lower, lift, create } = translationSince(lenses, 'completions', 1);
    expect(lower({ ...stand, feeling: 'ok', activity: 'reading' })).toEqual({ ...stand, feeling: 'ok' });
    expect(lift({ ...stand, feeling: 'ok' })).toEqual({ ...stand, feeling: 'ok' });
    expect(create({ ...stand, feeling: 'ok' })).toEqual({ ...stand, feeling: 'ok', activity: null });
  });
});

describe.each([1, 2, 3])('S28: an app of number %i', (number) => {
  const translation = translationSince(pastLenses, 'completions', number);
  const { lift, lower, create } = translation;
  /** Whatever this app may write is what it could have been told. */
  const theirs = today.map(lower);
  const liftOver = (master: Fields, assumed: Fields | null, content: Fields, isDeleted = false) =>
    liftRow({ assumed, content, isDeleted }, master, translation, asItIs);

  it('gets back what it knew, unchanged', () => {
    fc.assert(
      fc.property(theirs, (own) => {
        expect(lower(lift(own))).toEqual(own);
      }),
    );
  });

  it('makes no null of what it does not know or does not say: it stays missing', () => {
    fc.assert(
      fc.property(theirs, fc.nat(), (own, which) => {
        const fields = Object.keys(own).filter((field) => !(field in stand));
        const [left] = fields.splice(which % fields.length, 1);
        const { [must(left, 'there are fields')]: _missing, ...partial } = own;
        for (const document of [own, partial]) {
          expect(nullsIn(lift(document))).toBe(nullsIn(document));
          expect(Object.keys(lift(document))).toHaveLength(Object.keys(document).length);
          expect(lower(lift(document))).toEqual(document);
        }
      }),
    );
  });

  it('is understood where it has made a document: nothing that today demands is missing', () => {
    fc.assert(
      fc.property(theirs, today, (own, whole) => {
        expect(Object.keys(create(own)).sort()).toEqual(Object.keys(whole).sort());
        expect(lower(create(own))).toEqual(own);
      }),
    );
  });

  it('is told of what is gone as everybody is', () => {
    const tombstone = { ...stand, _deleted: true, studentId: stand.id, completionDate: '1970-01-01' };
    expect(lower(tombstone)).toEqual(tombstone);
    expect(lift(tombstone)).toEqual(tombstone);
  });

  it('changes nothing by sending back what it was told, and is told afterwards what it wrote', () => {
    fc.assert(
      fc.property(today, theirs, (master, own) => {
        const told = lower(master);
        expect(liftOver(master, told, told).content).toEqual(master);
        const { assumed, content } = liftOver(master, told, own);
        expect(lower(content)).toEqual(own);
        if (!isSame(own, told)) expect(assumed).toEqual(master);
      }),
    );
  });

  it('erases nothing that it does not know: what it did not change is the server’s', () => {
    fc.assert(
      fc.property(today, today, fc.constantFrom('writtenWork', 'evidenceKind', 'minutes', 'clockOffsetMs'), (master, other, field) => {
        const own = lower({ ...master, [field]: other[field] });
        const { content } = liftOver(master, lower(master), own);
        for (const [name, value] of Object.entries(master)) if (name !== field) expect(content[name]).toEqual(value);
      }),
    );
  });

  it('meets a conflict where something that it can see has changed meanwhile, and none where only something else has', () => {
    fc.assert(
      fc.property(today, today, theirs, (before, master, own) => {
        const told = lower(before);
        // It is done already, as far as this app can see.
        if (isSame(lower(master), own)) expect(liftOver(master, told, own).content).toEqual(master);
        else expect(isSame(liftOver(master, told, own).assumed, master)).toBe(isSame(lower(master), told) || isSame(lift(told), master));
      }),
    );
  });

  it('removes what it was told of, and not what has changed where it can see it', () => {
    fc.assert(
      fc.property(today, today, (before, master) => {
        const told = lower(before);
        const isSeen = isSame(lower(master), told);
        expect(isSame(liftOver(master, told, told, true).assumed, master)).toBe(isSeen || isSame(lift(told), master));
        // Where it never heard of the server's, what it wrote itself counts.
        expect(isSame(liftOver(master, null, told, true).assumed, master)).toBe(isSeen);
      }),
    );
  });

  it('overwrites nothing where it never heard of what the server has', () => {
    fc.assert(
      fc.property(today, theirs, (master, own) => {
        const { assumed, content } = liftOver(master, null, own);
        expect(assumed).toBeNull();
        if (isSame(lower(master), own)) expect(content).toEqual(master);
      }),
    );
  });
});

describe('S28: an app of today’s number', () => {
  const translation = translationSince(pastLenses, 'completions', 4);

  it('is told, and understood, as it speaks', () => {
    fc.assert(
      fc.property(today, today, today, (before, master, own) => {
        for (const change of [translation.lift, translation.create, translation.lower]) expect(change(own)).toEqual(own);
        const row = { assumed: before, content: own, isDeleted: false };
        const lifted = liftRow(row, master, translation, asItIs);
        expect(lifted.content).toEqual(own);
        expect(isSame(lifted.assumed, master)).toBe(isSame(before, master));
        expect(liftRow(row, null, translation, asItIs)).toEqual(row);
      }),
    );
  });

  it('erases nothing that its device does not know yet: one that was updated has documents of before', () => {
    fc.assert(
      fc.property(today, today, (master, other) => {
        const { feeling: _unknown, ...held } = master;
        const own = { ...held, minutes: other['minutes'] };
        const { assumed, content } = liftRow({ assumed: held, content: own, isDeleted: false }, master, translation, asItIs);
        expect(content).toEqual({ ...master, minutes: other['minutes'] });
        if (!isSame(own, held)) expect(assumed).toEqual(master);
        expect(translation.create(own)).toEqual({ ...own, feeling: null });
      }),
    );
  });
});
