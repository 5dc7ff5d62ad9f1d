import { SvelteSet } from 'svelte/reactivity';
import type { DocumentOf } from '#domain/collections/index.ts';
import { openData } from '$lib/data/current.svelte.ts';
import { liveQuery } from '$lib/data/live-query.svelte.ts';
import { keepReadNotices, readNotices } from '$lib/data/read-notices.ts';
import { quarantine } from '$lib/sync/status.svelte.ts';
import { byNewest, isTold, toRead } from './read-state.ts';

export type Notice = DocumentOf<'notices'>;

/** What the school has to say to the person who is signed in, and how much of it is new. Make it while a component is set up. */
export class News {
  readonly #notices = liveQuery('notices');
  readonly #read = new SvelteSet<string>();
  /** Before that nothing is called new. */
  #isReadKnown = $state(false);

  /** The newest first. */
  readonly notices: readonly Notice[] = $derived.by(() => byNewest(this.#notices.current));
  readonly unread: readonly Notice[] = $derived.by(() => (this.#isReadKnown ? toRead(this.notices, this.#read, quarantine.current) : []));

  constructor() {
    $effect(() => {
      if (openData.current === null) return;
      void readNotices().then((ids) => {
        for (const id of ids) this.#read.add(id);
        this.#isReadKnown = true;
      });
    });
    // What lies set aside on this device asks for a look by itself; later it is no news any more.
    $effect(() => {
      if (this.#isReadKnown) void this.#keep(this.notices.filter((notice) => isTold(notice, quarantine.current)));
    });
  }

  /** Whether it lies set aside on this device, where the person can do something about it. */
  needsLook(notice: Notice): boolean {
    return isTold(notice, quarantine.current);
  }

  /** All that is there has been seen. */
  markRead(): void {
    void this.#keep(this.unread);
  }

  async #keep(seen: readonly Notice[]): Promise<void> {
    const added = seen.filter(({ id }) => !this.#read.has(id));
    if (added.length === 0) return;
    for (const { id } of added) this.#read.add(id);
    // What has gone is forgotten here too. Where nothing can be kept it is new again next time, and that is told elsewhere.
    await keepReadNotices(this.notices.filter(({ id }) => this.#read.has(id)).map(({ id }) => id)).catch(() => undefined);
  }
}
