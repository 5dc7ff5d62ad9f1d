import { describe, expect, it } from 'vitest';
import { consentPurposes } from '#domain/consents/purposes.ts';
import { purposeWords, standingOf, standingWords } from './consent-words.ts';

const said = (decision: 'given' | 'withdrawn', purpose = 'photo') => ({
  purpose,
  noticeVersion: 1,
  decision,
  decidedAt: '2026-11-24T08:00:00.000Z',
});

describe('how a consent stands', () => {
  it('goes by the newest own decision on that purpose, and by what stands for the child', () => {
    const child = { standing: ['audio'], decisions: [said('withdrawn'), said('given', 'audio'), said('given')] };
    expect(standingOf(child, 'photo')).toEqual({ own: 'withdrawn', isOn: false });
    expect(standingOf(child, 'audio')).toEqual({ own: 'given', isOn: true });
    expect(standingOf(child, 'sharing')).toEqual({ own: null, isOn: false });
  });

  it('says that it is on only where it is, and tells each case apart', () => {
    const cases = [null, 'given', 'withdrawn'].flatMap((own) =>
      [true, false].map((isOn) => standingWords({ own: own === null ? null : own === 'given' ? 'given' : 'withdrawn', isOn })),
    );
    expect(cases.filter((words) => words.includes('It is on'))).toHaveLength(2);
    expect(new Set(cases).size).toBe(5);
  });
});

describe('the words of a purpose', () => {
  it('ask in the child’s name, and a yes is as plain as a no', () => {
    for (const purpose of consentPurposes) {
      const { question, yes, no, means } = purposeWords[purpose];
      expect(question({ name: 'Amara' })).toContain('Amara');
      expect(yes()).toMatch(/^Yes/);
      expect(no()).toMatch(/^No/);
      expect(new Set(means.map((words) => words({ name: 'Amara' }))).size).toBe(3);
    }
  });
});
