import { describe, expect, it } from 'vitest';
import { cardsToPages, nameOnCard } from './card-sheet.ts';

describe('the sheet of cards', () => {
  it('has eight to a page, in order, and leaves nobody out', () => {
    for (const count of [0, 1, 7, 8, 9, 16, 30]) {
      const cards = Array.from({ length: count }, (_, index) => index);
      const pages = cardsToPages(cards);
      expect(pages).toHaveLength(Math.ceil(count / 8));
      expect(pages.flat()).toEqual(cards);
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(8);
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(8);
    }
  });

  it('names a child by first name and initial, never in full', () => {
    expect(nameOnCard({ firstName: 'Maya', displayName: 'Maya Rahman' })).toBe('Maya R');
    expect(nameOnCard({ firstName: 'Zoë', displayName: 'Zoë van den Berg' })).toBe('Zoë B');
    expect(nameOnCard({ firstName: 'Leo', displayName: 'Leo' })).toBe('Leo');
    expect(nameOnCard({ firstName: 'Ana', displayName: 'Ana 𐐀lt' })).toBe('Ana 𐐀');
  });
});
