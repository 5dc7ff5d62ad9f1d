import type { Remembered, SignedIn } from '$lib/session/session.svelte.ts';

const title = /^(Mr|Mrs|Ms|Miss|Mx|Dr)\.?$/;

/** "JO" of "Ms Jo Okafor". */
export function initialsOf(name: string): string {
  return name
    .split(' ')
    .filter((word) => !title.test(word))
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');
}

/** What somebody is called on a screen that others see too: a child by their first name. */
export function calledName({ kind, displayName }: SignedIn['user']): string {
  return kind === 'student' ? (displayName.split(' ')[0] ?? displayName) : displayName;
}

export function isSamePerson(one: Remembered, other: Pick<SignedIn, 'user'> | null): boolean {
  return one.signedIn.user.id === other?.user.id;
}
