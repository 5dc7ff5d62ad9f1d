import { untrack } from 'svelte';
import type { LocalFile } from '../data/files/sealed-chunks.ts';
import { evidence } from './files.svelte.ts';

interface Address {
  /** Null until the file is opened. */
  readonly current: string | null;
  readonly isBroken: boolean;
}

/**
 * Where a component shows a file from: from this device where it is here, else from the school. What somebody is looking at or
 * listening to is not taken out of their hands: a copy that arrives meanwhile is for the next time. Call it while one is set up.
 */
export function fileAddress(evidenceId: () => string | null, file: () => LocalFile | null): Address & { readonly failed: () => void } {
  let isAtSchool = $state(untrack(() => file() === null));
  let failed: string | null = $state(null);
  const local = localAddress(() => (isAtSchool ? null : file()));
  const current = $derived(isAtSchool ? `/api/evidence/${evidenceId() ?? ''}` : local.current);
  $effect(() => {
    if (file() === null) isAtSchool = true;
    // What the school did not give, as behind a wifi that leads nowhere, is here after all.
    else if (failed !== null) isAtSchool = false;
  });
  return {
    get current() {
      return current;
    },
    get isBroken() {
      return local.isBroken || (current !== null && failed === current);
    },
    /** The browser could not show it. */
    failed: () => {
      if (isAtSchool && file() !== null) isAtSchool = false;
      else failed = current;
    },
  };
}

/** A player that goes while it loads still finds its file: browsers complain of one that has gone before it. */
const loadingMs = 5_000;

function localAddress(file: () => LocalFile | null): Address {
  let current: string | null = $state(null);
  let isBroken = $state(false);
  // The bytes stay what they are; only another file is opened anew.
  const id = $derived(file()?.id ?? null);
  $effect(() => {
    const opened = id === null ? null : untrack(file);
    if (!opened) return;
    let url: string | null = null;
    let isOver = false;
    isBroken = false;
    untrack(() => evidence.read(opened)).then(
      (content) => {
        if (isOver) return;
        url = URL.createObjectURL(content);
        current = url;
      },
      () => {
        isBroken = !isOver;
      },
    );
    return () => {
      isOver = true;
      current = null;
      const gone = url;
      if (gone !== null) setTimeout(() => URL.revokeObjectURL(gone), loadingMs);
    };
  });
  return {
    get current() {
      return current;
    },
    get isBroken() {
      return isBroken;
    },
  };
}
