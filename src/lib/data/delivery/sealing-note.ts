import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { uuid } from '#domain/ids.ts';
import { contentOf, isDeleted, type Fields } from '#domain/sync/merge.ts';
import type { OwnerStore } from '../owner-store.ts';

const noteFact = 'sealing';

const noted = v.object({
  id: uuid,
  /** What was sealed in it: which piece, and in which state. */
  pieces: v.array(v.string()),
});
/** An envelope that was made of this local copy. */
export type NotedEnvelope = v.InferOutput<typeof noted>;

const schema = v.object({
  /** A random name of this local copy. */
  holder: uuid,
  envelopes: v.array(noted),
  /** By document: a hash of each state that was sealed of it while it waits. */
  states: v.record(v.string(), v.array(v.string())),
});
/** What a person's own store knows of the envelopes that were made of it (S30). It goes with the store. */
export type SealingNote = v.InferOutput<typeof schema>;

/** Null where nothing was noted, or it is gone with all else of the person. */
export async function readNote(store: OwnerStore): Promise<SealingNote | null> {
  const note = v.safeParse(schema, await store.fact(noteFact));
  return note.success ? note.output : null;
}

export async function writeNote(store: OwnerStore, note: SealingNote): Promise<void> {
  await store.setFact(noteFact, note);
}

export function stateKey(collection: CollectionName, id: string): string {
  return `${collection}/${id}`;
}

/** SHA-256 over what a document says, in hexadecimal. */
export async function stateHash(document: Fields): Promise<string> {
  const content = isDeleted(document) ? null : contentOf(document);
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical(content))));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether a document was sealed on this device in just this state: then who meets it at the server meets the own work. */
export async function wasSealed(
  store: OwnerStore,
  collection: CollectionName,
  document: Fields & { readonly id: string },
): Promise<boolean> {
  const states = (await readNote(store))?.states[stateKey(collection, document.id)];
  return states?.includes(await stateHash(document)) ?? false;
}

/** JSON in which the order of fields does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
