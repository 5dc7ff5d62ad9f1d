import * as v from 'valibot';
import { openData } from './current.svelte.ts';
import { keeping } from './storage-space.svelte.ts';

const readFact = 'news:read';
const read = v.fallback(v.array(v.string()), []);

/** Which notices the person who is signed in has read on this device: sealed, and gone with their data. */
export async function readNotices(): Promise<readonly string[]> {
  return v.parse(read, await openData.current?.store.fact(readFact));
}

export async function keepReadNotices(ids: readonly string[]): Promise<void> {
  if (openData.current) await keeping(openData.current.store.setFact(readFact, ids));
}
