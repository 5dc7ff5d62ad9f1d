import type { InvitationState } from '#domain/invitations/states.ts';
import type { Invitation } from '$lib/joining/invitations-api.ts';
import { compareWords, holdsWords } from '$lib/messages/locale.ts';

export const letterColumns = ['child', 'issued', 'state'] as const;
export type LetterColumn = (typeof letterColumns)[number];
export type Direction = 'ascending' | 'descending';

/** `over`: ended by hand, or by its thirty days. */
export const letterFilters = ['open', 'used', 'over', 'all'] as const;
export type LetterFilter = (typeof letterFilters)[number];

export interface LetterView {
  readonly find: string;
  readonly show: LetterFilter;
  /** Null: of all classes. */
  readonly className: string | null;
  readonly sort: LetterColumn;
  readonly direction: Direction;
}

/** The direction that says most when a column is first sorted by. */
export const firstDirection: Record<LetterColumn, Direction> = { child: 'ascending', issued: 'descending', state: 'ascending' };

const shownBy: Record<InvitationState, LetterFilter> = { open: 'open', used: 'used', expired: 'over', revoked: 'over' };
const order: Record<InvitationState, number> = { open: 0, used: 1, expired: 2, revoked: 3 };

export function viewLetters(all: readonly Invitation[], { find, show, className, sort, direction }: LetterView): Invitation[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return all
    .filter(
      (letter) =>
        (show === 'all' || shownBy[letter.state] === show) &&
        (className === null || letter.className === className) &&
        holdsWords(find, [letter.childName ?? '', letter.className ?? '', letter.usedByName ?? '']),
    )
    .sort((one, other) => sign * compare[sort](one, other) || other.id.localeCompare(one.id));
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
