import * as v from 'valibot';
import { openData } from './current.svelte.ts';
import { keeping } from './storage-space.svelte.ts';

const wordingFact = 'wording';
const wording = v.fallback(v.nullable(v.picklist(['few', 'all'])), null);

/** How much of the screen the person who is signed in wants in words on this device; null where they chose nothing. */
export async function readWording(): Promise<v.InferOutput<typeof wording>> {
  return v.parse(wording, await openData.current?.store.fact(wordingFact));
}

/** Kept sealed, and gone with their data. @throws where nothing can be kept */
export async function keepWording(chosen: 'few' | 'all'): Promise<void> {
  if (openData.current) await keeping(openData.current.store.setFact(wordingFact, chosen));
}
