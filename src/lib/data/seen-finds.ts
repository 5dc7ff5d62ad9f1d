import * as v from 'valibot';
import { openData } from './current.svelte.ts';
import { keeping } from './storage-space.svelte.ts';

const seenFact = 'badges:seen';
const seen = v.fallback(v.nullable(v.object({ badges: v.array(v.string()), level: v.number() })), null);

/** What a child has looked at of their badges and their level. */
export type SeenFinds = NonNullable<v.InferOutput<typeof seen>>;

/** What the child who is signed in has seen on this device: sealed, and gone with their data. Null where they never looked. */
export async function seenFinds(): Promise<SeenFinds | null> {
  return v.parse(seen, (await openData.current?.store.fact(seenFact)) ?? null);
}

export async function keepSeenFinds(finds: SeenFinds): Promise<void> {
  if (openData.current) await keeping(openData.current.store.setFact(seenFact, finds));
}
