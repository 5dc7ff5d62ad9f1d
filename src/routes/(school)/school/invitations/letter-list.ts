import type { InvitationState } from '#domain/invitations/states.ts';
import type { Invitation } from '$lib/joining/invitations-api.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';
import { signOf, type Sorted, type Sorting } from '$lib/ui/sorting.ts';

export type LetterColumn = 'child' | 'issued' | 'state';

export const letterSorting: Sorting<LetterColumn> = {
  firstDirection: { child: 'ascending', issued: 'descending', state: 'ascending' },
  usual: 'issued',
  name: 'sort',
};

/** `over`: ended by hand, or by its thirty days. */
export const letterFilters = ['open', 'used', 'over', 'all'] as const;
export type LetterFilter = (typeof letterFilters)[number];

export interface LetterView extends Sorted<LetterColumn> {
  readonly find: string;
  readonly show: LetterFilter;
  /** Null: of all classes. */
  readonly className: string | null;
}

const shownBy: Record<InvitationState, LetterFilter> = { open: 'open', used: 'used', expired: 'over', revoked: 'over' };
const order: Record<InvitationState, number> = { open: 0, used: 1, expired: 2, revoked: 3 };

export function viewLetters(all: readonly Invitation[], { find, show, className, sort, direction }: LetterView): Invitation[] {
  return all
    .filter(
      (letter) =>
        (show === 'all' || shownBy[letter.state] === show) &&
        (className === null || letter.className === className) &&
        holdsWords(find, [letter.childName ?? '', letter.className ?? '', letter.usedByName ?? '']),
    )
    .sort((one, other) => signOf(direction) * compare[sort](one, other) || other.id.localeCompare(one.id));
}

/** The day that matters of a letter: until when it opens, or when it was over. */
export function dayOf({ state, expiresAt, usedAt, revokedAt }: Invitation): string {
  if (state === 'used') return usedAt ?? expiresAt;
  return state === 'revoked' ? (revokedAt ?? expiresAt) : expiresAt;
}

const compare: Record<LetterColumn, (one: Invitation, other: Invitation) => number> = {
  child: (one, other) => compareWords(one.childName ?? '', other.childName ?? ''),
  issued: (one, other) => Date.parse(one.issuedAt) - Date.parse(other.issuedAt),
  state: (one, other) => order[one.state] - order[other.state] || Date.parse(dayOf(one)) - Date.parse(dayOf(other)),
};
