import { openData } from '$lib/data/current.svelte.ts';
import { keepSeenFinds, seenFinds, type SeenFinds } from '$lib/data/seen-finds.ts';
import type { HeldBadge } from '$lib/records/held-badges.ts';
import { newFinds, type NewFinds } from './new-finds.ts';

interface FindsSource {
  readonly found: () => readonly HeldBadge[];
  /** Null until there is a child to judge. */
  readonly level: () => number | null;
  readonly today: () => string;
}

const nothing: NewFinds = { badges: [], level: null };

/** What is new of a child's badges and level. Make it while a component is set up. */
export class Finds {
  #seen: SeenFinds | null = $state.raw(null);
  /** Before that nothing is called new. */
  #isSeenKnown = $state(false);
  readonly #source: FindsSource;
  readonly unseen: NewFinds = $derived.by(() => {
    const level = this.#source.level();
    return this.#isSeenKnown && level !== null ? newFinds(this.#seen, this.#source.found(), level, this.#source.today()) : nothing;
  });

  constructor(source: FindsSource) {
    this.#source = source;
    $effect(() => {
      if (openData.current === null) return;
      void seenFinds().then((seen) => {
        this.#seen = seen;
        this.#isSeenKnown = true;
      });
    });
  }

  /** All that is there has been seen. */
  markSeen(): void {
    const level = this.#source.level();
    if (!this.#isSeenKnown || level === null) return;
    const { badges, level: reached } = this.unseen;
    if (this.#seen !== null && badges.length === 0 && reached === null) return;
    this.#seen = {
      badges: this.#source.found().map(({ id }) => id),
      // A void may take points back: a level that is reached anew is no news.
      level: Math.max(level, this.#seen?.level ?? 0),
    };
    // Where nothing can be kept it is new again next time, and that is told elsewhere.
    void keepSeenFinds(this.#seen).catch(() => undefined);
  }
}
