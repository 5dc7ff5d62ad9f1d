import type { LucideIcon } from '@lucide/svelte';
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone';
import Wrench from '@lucide/svelte/icons/wrench';
import type { AskTopic, DeletableKind, RequestAnswer, WorryTopic } from '#domain/collections/child-requests.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { ArtName } from '../art/art.ts';

/** A drawing, or a sign where there is none. */
export type HelpPicture = ArtName | LucideIcon;

/** A thing to press, with its picture. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly picture: HelpPicture;
  readonly words: () => string;
}

export const askChoices: readonly Choice<AskTopic>[] = [
  { value: 'not_understood', picture: 'feel-hard', words: m.help_not_understood },
  { value: 'not_at_home', picture: 'pic-house', words: m.help_not_at_home },
  { value: 'not_working', picture: Wrench, words: m.help_not_working },
  { value: 'talk', picture: 'how-talk', words: m.help_talk },
];

export const worryChoices: readonly Choice<WorryTopic>[] = [
  { value: 'home', picture: 'pic-house', words: m.help_worry_home },
  { value: 'school', picture: 'pic-bell', words: m.help_worry_school },
  { value: 'online', picture: MonitorSmartphone, words: m.help_worry_online },
  { value: 'talk', picture: 'how-talk', words: m.help_worry_talk },
];

export const deleteWords: Readonly<Record<DeletableKind, () => string>> = {
  photo: m.help_delete_photo,
  audio: m.help_delete_audio,
  written: m.help_delete_written,
};

export const deleteArt: Readonly<Record<DeletableKind, ArtName>> = { photo: 'how-photo', audio: 'how-talk', written: 'how-write' };

/** What a child reads on a piece that it asked about. */
export const pieceAnswers: Readonly<Record<'waits' | 'will_look' | RequestAnswer, (teacher: { teacher: string }) => string>> = {
  waits: m.help_piece_waits,
  will_look: m.help_piece_asked,
  talked: m.help_piece_talked,
  removed: m.help_piece_removed,
  kept_needed: m.help_piece_kept_needed,
  kept_not_own: m.help_piece_kept_not_own,
};
