import type { Cheer } from '#domain/collections/cheers.ts';
import type { Group } from '#domain/collections/groups.ts';
import { liveQuery } from '$lib/data/live-query.svelte.ts';
import type { Child } from '$lib/records/children.ts';

const everything = () => ({});

/** The child's buddy group, or what it is invited to: one of them at most. Made while a component is set up. */
export class MyBuddies {
  readonly #groups = liveQuery('groups', everything);
  readonly #cheers = liveQuery('cheers', everything);
  readonly #child: () => Child | null;
  /** The device has answered. */
  readonly isLoaded: boolean = $derived.by(() => this.#groups.isLoaded && this.#cheers.isLoaded);
  /** Null where the child is in none. */
  readonly group: Group | null = $derived.by(() => this.#groups.current[0] ?? null);
  readonly invitation: NonNullable<Child['buddyInvitation']> | null = $derived.by(() =>
    this.group === null ? (this.#child()?.buddyInvitation ?? null) : null,
  );
  /** Of the group, the newest first. */
  readonly cheers: readonly Cheer[] = $derived.by(() =>
    this.#cheers.current
      .filter(({ groupId }) => groupId === this.group?.id)
      .sort((one, other) => other.capturedAt.localeCompare(one.capturedAt) || other.id.localeCompare(one.id)),
  );
  readonly isAny: boolean = $derived.by(() => this.group !== null || this.invitation !== null);

  constructor(child: () => Child | null) {
    this.#child = child;
  }
}
