/** An open key between two pages of one person; in memory alone, and for a minute at most. `src/lib/session/key-keeper.ts` asks. */
let kept: { readonly owner: string; readonly key: CryptoKey; readonly until: number } | null = null;

type Told =
  | { readonly type: 'keep_key'; readonly owner: string; readonly key: CryptoKey; readonly until: number }
  | { readonly type: 'forget_key' }
  | { readonly type: 'ask_key'; readonly owner: string };

/** @param told a message that a page of this origin has posted */
export function keepKeys(told: Told, port: MessagePort | undefined): void {
  switch (told.type) {
    case 'keep_key':
      kept = { owner: told.owner, key: told.key, until: told.until };
      break;
    case 'forget_key':
      kept = null;
      break;
    case 'ask_key': {
      const isOwn = kept?.owner === told.owner && kept.until > Date.now();
      port?.postMessage(isOwn ? kept?.key : null);
      if (!isOwn) kept = null;
      break;
    }
  }
}

export function isOfKeys(told: unknown): told is Told {
  return typeof told === 'object' && told !== null && 'type' in told && String(told.type).endsWith('_key');
}
