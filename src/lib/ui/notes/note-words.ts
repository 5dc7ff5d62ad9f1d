import type { Note } from '#domain/collections/notes.ts';
import { m } from '$lib/messages/generated/messages.js';

/** What a note says on one line: its words, and whether the child was helped. */
export function noteWords({ text, helped }: Pick<Note, 'text' | 'helped'>): string {
  const words = text === null ? [] : [`“${text}”`];
  const help = helped === null ? [] : [helped ? m.note_helped() : m.note_alone()];
  return [...words, ...help].join(' · ');
}
