import type { Recognition } from '#domain/experience/recognition.ts';
import type { GivenBadge } from '$lib/records/given-badges.ts';
import { heldBadges, type HeldBadge } from '$lib/records/held-badges.ts';
import { badgeLooks } from './badge-looks.ts';
import { teacherBadgeWords, type TeacherBadgeWords } from './teacher-badge-words.ts';

/** A badge that a child has, as screens show it. */
export type FoundBadge = HeldBadge & TeacherBadgeWords;

/** As `heldBadges`, with what is said and drawn of each. */
export function foundBadges(held: Recognition['badges'], given: readonly GivenBadge[]): FoundBadge[] {
  return heldBadges(held, given).map(foundBadge);
}

export function foundBadge(held: HeldBadge): FoundBadge {
  return { ...held, ...wordsOf(held.source) };
}

function wordsOf(source: HeldBadge['source']): TeacherBadgeWords {
  if (source.kind === 'hand') return teacherBadgeWords(source.badge);
  const { art, name, done } = badgeLooks[source.badge];
  return { name: name(), words: done(), picture: { art, motif: null } };
}
