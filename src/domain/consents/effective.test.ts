import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentedPurposes, hasConsent, type ConsentDecision } from './effective.ts';
import { consentPurposes } from './purposes.ts';

const guardians = ['ada', 'ben'];
const decision: fc.Arbitrary<ConsentDecision> = fc.record({
  guardianId: fc.constantFrom('ada', 'ben', 'a stranger'),
  purpose: fc.constantFrom(...consentPurposes),
  decision: fc.constantFrom('given', 'withdrawn'),
  decidedAt: fc.integer({ min: 10, max: 30 }).map((minute) => `2026-11-24T08:${String(minute)}:00.000Z`),
});
const history = fc.array(decision, { maxLength: 12 });
const later = '2026-11-24T09:00:00.000Z';

function say(guardianId: string, said: ConsentDecision['decision'], decidedAt = later): ConsentDecision {
  return { guardianId, purpose: 'photo', decision: said, decidedAt };
}

describe('consent', () => {
  test('is no where nobody said anything', () => {
    expect(consentedPurposes([], guardians)).toEqual([]);
  });

  test('is one guardian’s yes where the other said nothing', () => {
    expect(consentedPurposes([say('ada', 'given')], guardians)).toEqual(['photo']);
  });

  test('is no where two guardians disagree, whoever spoke last', () => {
    expect(hasConsent([say('ada', 'given'), say('ben', 'withdrawn', '2026-11-24T07:00:00.000Z')], guardians, 'photo')).toBe(false);
  });
});

describe('laws of consent', () => {
  test('the order of arrival does not matter', () => {
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(consentedPurposes(shuffled, guardians)).toEqual(consentedPurposes(all, guardians));
        },
      ),
    );
  });

  test('whoever withdraws is obeyed, whatever was said before', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...guardians), (before, guardianId) => {
        expect(hasConsent([...before, say(guardianId, 'withdrawn')], guardians, 'photo')).toBe(false);
      }),
    );
  });

  test('what all of them give last stands', () => {
    fc.assert(
      fc.property(history, (before) => {
        expect(hasConsent([...before, ...guardians.map((one) => say(one, 'given'))], guardians, 'photo')).toBe(true);
      }),
    );
  });

  test('a stranger’s word changes nothing, nor does anybody’s about another purpose', () => {
    fc.assert(
      fc.property(history, decision, (before, more) => {
        const isHeard = guardians.includes(more.guardianId) && more.purpose === 'photo';
        fc.pre(!isHeard);
        expect(hasConsent([...before, more], guardians, 'photo')).toBe(hasConsent(before, guardians, 'photo'));
      }),
    );
  });

  test('a guardian who comes in without a word changes nothing', () => {
    fc.assert(
      fc.property(history, (all) => {
        expect(consentedPurposes(all, [...guardians, 'new'])).toEqual(consentedPurposes(all, guardians));
      }),
    );
  });
});
