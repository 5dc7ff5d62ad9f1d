import type { Child } from '$lib/records/children.ts';

/** Two across and four down on an A4. */
const cardsAPage = 8;

/** The cards of each page, in their order; the last page may have fewer. */
export function cardsToPages<Card>(cards: readonly Card[]): Card[][] {
  return Array.from({ length: Math.ceil(cards.length / cardsAPage) }, (_, page) => cards.slice(page * cardsAPage, (page + 1) * cardsAPage));
}

/** "Maya R": enough to hand the cards out by, and no more than a lost card should tell. */
export function nameOnCard({ firstName, displayName }: Pick<Child, 'firstName' | 'displayName'>): string {
  const last = displayName.trim().split(/\s+/).at(-1) ?? '';
  return last === '' || last === firstName ? firstName : `${firstName} ${[...last][0] ?? ''}`;
}
