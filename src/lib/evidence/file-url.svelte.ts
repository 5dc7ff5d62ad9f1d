import { untrack } from 'svelte';
import type { HeldFile } from '../data/files/evidence-store.ts';
import { evidence } from './files.svelte.ts';

/** An address for a file of this device while a component shows it. Null until it is opened; call it while one is set up. */
export function fileUrl(file: () => HeldFile | null): { readonly current: string | null; readonly isBroken: boolean } {
  let current: string | null = $state(null);
  let isBroken = $state(false);
  // The bytes stay what they are; only another file is opened anew.
  const id = $derived(file()?.id ?? null);
  $effect(() => {
    const store = evidence.store;
    const opened = id === null ? null : untrack(file);
    if (!store || !opened) return;
    let url: string | null = null;
    let isOver = false;
    isBroken = false;
    store.read(opened).then(
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
      if (url !== null) URL.revokeObjectURL(url);
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
