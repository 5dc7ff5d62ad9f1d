/** An open key between two pages of one person; in memory alone, and for a minute at most. `src/lib/session/key-keeper.ts` asks. */
let kept: Kept | null = null;

interface Kept {
  readonly owner: string;
  readonly key: CryptoKey;
  /** Which tab may have it back: one that is opened anew has to ask for the secret. */
  readonly tab: string;
  readonly until: number;
}

type Told =
  | ({ readonly type: 'keep_key' } & Kept)
  | { readonly type: 'forget_key' }
  | { readonly type: 'ask_key'; readonly owner: string; readonly tab: string };

/** @param told a message that a page of this origin has posted */
export function keepKeys(told: Told, port: MessagePort | undefined): void {
  switch (told.type) {
    case 'keep_key':
      kept = { owner: told.owner, key: told.key, tab: told.tab, until: told.until };
      break;
    case 'forget_key':
      kept = null;
      break;
    case 'ask_key': {
      // Of another person, or kept too long: nobody will ask for it again.
      if (kept?.owner !== told.owner || kept.until <= Date.now()) kept = null;
      port?.postMessage(kept?.tab === told.tab ? kept.key : null);
      break;
    }
  }
}

export function isOfKeys(told: unknown): told is Told {
  return typeof told === 'object' && told !== null && 'type' in told && String(told.type).endsWith('_key');
}
