import { deletableKind, type AskTopic, type DeletableKind, type WorryTopic } from '#domain/collections/child-requests.ts';
import type { CommandPayload } from '#domain/collections/commands.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { Piece } from '$lib/records/pieces.ts';
import { deleteWords } from './help-words.ts';

type HelpAbout = CommandPayload<'ask_for_help'>['about'];

/** What a child can ask to have deleted, with the piece that it is in. */
export interface Deletable {
  readonly piece: Piece;
  readonly kind: DeletableKind;
}

/** Where a child stands in asking: each leads to the next, and back. */
export type HelpStep =
  | { readonly kind: 'start' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'which'; readonly topic: AskTopic }
  | { readonly kind: 'pieces' }
  | { readonly kind: 'delete'; readonly what: Deletable }
  | { readonly kind: 'worry' }
  | { readonly kind: 'words'; readonly topic: WorryTopic }
  | { readonly kind: 'sent'; readonly about: HelpAbout; readonly id: string }
  | { readonly kind: 'gone' };

export const aboutWords: Readonly<Record<HelpAbout, () => string>> = { ask: m.help_ask, delete: m.help_delete, worry: m.help_worry };

export function stepTitle(step: HelpStep): string {
  switch (step.kind) {
    case 'start':
      return m.help_title();
    case 'ask':
      return m.help_ask_title();
    case 'which':
      return m.help_which();
    case 'pieces':
      return m.help_delete_title();
    case 'delete':
      return deleteWords[step.what.kind]();
    case 'worry':
      return m.help_worry_title();
    case 'words':
      return m.help_worry();
    case 'sent':
      return aboutWords[step.about]();
    case 'gone':
      return m.help_delete();
  }
}

/** Questions about a piece of homework; the others are about anything. */
export function isAboutHomework(topic: AskTopic): boolean {
  return topic === 'not_understood' || topic === 'not_at_home';
}

/** Null where a piece has nothing that could be deleted. */
export function deletableOf(piece: Piece): Deletable | null {
  const { evidenceKind, evidenceIds, writtenWork } = piece.completion;
  const kind = deletableKind(evidenceKind);
  const isThere = kind === 'written' ? writtenWork !== null : evidenceIds.length > 0;
  return kind !== null && isThere ? { piece, kind } : null;
}
