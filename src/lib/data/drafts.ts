import { openData } from './current.svelte.ts';
import { draftPrefix, type OwnerStore } from './owner-store.ts';
import { keeping } from './storage-space.svelte.ts';

/** One after the other: what is sealed takes a moment, and a draft that was given up meanwhile would come back. */
let turn: Promise<unknown> = Promise.resolve();

/** Unfinished writing of the person who is signed in: it outlives a reload, and goes when their data goes from the device. */
export async function readDraft(key: string): Promise<unknown> {
  return inTurn((store) => store.fact(draftFact(key)));
}

/** Without anybody signed in there is nowhere to keep it. `draft` is plain data, as IndexedDB clones it. */
export async function writeDraft(key: string, draft: unknown): Promise<void> {
  await inTurn((store) => keeping(store.setFact(draftFact(key), draft)));
}

export async function removeDraft(key: string): Promise<void> {
  await inTurn((store) => store.removeFact(draftFact(key)));
}

/** With the store of whoever is signed in when it is asked for: by its turn the device may be locked. */
function inTurn<Answer>(work: (store: OwnerStore) => Promise<Answer>): Promise<Answer | undefined> {
  const store = openData.current?.store;
  if (store === undefined) return Promise.resolve(undefined);
  const answer = turn.then(() => work(store));
  turn = answer.catch(() => undefined);
  return answer;
}

function draftFact(key: string): string {
  return `${draftPrefix}${key}`;
}
