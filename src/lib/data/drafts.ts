import { openData } from './current.svelte.ts';
import { draftPrefix } from './owner-store.ts';
import { keeping } from './storage-space.svelte.ts';

/** Unfinished writing of the person who is signed in: it outlives a reload, and goes when their data goes from the device. */
export async function readDraft(key: string): Promise<unknown> {
  return openData.current?.store.fact(draftFact(key));
}

/** Without anybody signed in there is nowhere to keep it. `draft` is plain data, as IndexedDB clones it. */
export async function writeDraft(key: string, draft: unknown): Promise<void> {
  if (openData.current) await keeping(openData.current.store.setFact(draftFact(key), draft));
}

export async function removeDraft(key: string): Promise<void> {
  await openData.current?.store.removeFact(draftFact(key));
}

function draftFact(key: string): string {
  return `${draftPrefix}${key}`;
}
