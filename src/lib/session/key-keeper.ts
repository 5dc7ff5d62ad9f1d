/** What the page and its service worker say to each other of an open key; `src/service-worker/key-keeper.ts` is the other side. */
export interface KeptKey {
  readonly owner: string;
  readonly key: CryptoKey;
  /** The tab that may have it back. */
  readonly tab: string;
  /** Milliseconds of the device's clock after which it is forgotten. */
  readonly until: number;
}

const tabItem = 'studystreaks.tab';
/** A page that is loaded again is back within this. */
const keptMs = 60_000;
/** Other tabs are awake, or there are none. */
const tabsAnswerMs = 300;
/** Who is known to be there answers, but a worker may have to start first and a tab be busy, which takes a slow tablet a second. */
const knownAnswerMs = 3000;

/**
 * Hands a person's open key from one page to the next, so that a reload asks for no secret: through the memory of the service
 * worker, which gives it back to the same tab alone, or of another tab that is open. It never lies on disk. Without either the person unlocks again.
 */
export class KeyKeeper {
  readonly #channel = new BroadcastChannel('studystreaks-keys');
  readonly #tab = nameOfTab();
  #held: (Omit<KeptKey, 'tab' | 'until'> & { readonly leftMs: () => number }) | null = null;

  constructor() {
    this.#channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const held = this.#held;
      // The page's own words: nobody else speaks on this origin.
      const { asked } = event.data as { asked?: string };
      if (held && asked === held.owner && held.leftMs() > 0) this.#channel.postMessage({ owner: held.owner, key: held.key });
    });
    addEventListener('pagehide', () => {
      this.#tellWorker();
    });
  }

  /** @param leftMs how long it may be held from now on */
  hold(owner: string, key: CryptoKey, leftMs: () => number): void {
    this.#held = { owner, key, leftMs };
    this.#tellWorker();
  }

  forget(): void {
    this.#held = null;
    this.#post({ type: 'forget_key' });
  }

  /**
   * The open key of this person, if a page that has just gone, or another tab, has it.
   *
   * @param isInOtherTab another tab has just said that it is open there
   */
  async ask(owner: string, isInOtherTab: boolean): Promise<CryptoKey | null> {
    return (await this.#askWorker(owner)) ?? (await this.#askTabs(owner, isInOtherTab ? knownAnswerMs : tabsAnswerMs));
  }

  #tellWorker(): void {
    const held = this.#held;
    const leftMs = Math.min(keptMs, held?.leftMs() ?? 0);
    if (held && leftMs > 0) this.#post({ type: 'keep_key', owner: held.owner, key: held.key, tab: this.#tab, until: Date.now() + leftMs });
  }

  #post(message: Readonly<Record<string, unknown>>): void {
    if (!('serviceWorker' in navigator)) return;
    const { serviceWorker } = navigator;
    if (serviceWorker.controller) serviceWorker.controller.postMessage(message);
    else void serviceWorker.ready.then(({ active }) => active?.postMessage(message));
  }

  #askWorker(owner: string): Promise<CryptoKey | null> {
    const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
    if (!worker) return Promise.resolve(null);
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<CryptoKey | null>((resolve) => {
      port1.addEventListener('message', (event: MessageEvent<unknown>) => {
        resolve(event.data instanceof CryptoKey ? event.data : null);
      });
      setTimeout(resolve, knownAnswerMs, null);
    });
    port1.start();
    worker.postMessage({ type: 'ask_key', owner, tab: this.#tab }, [port2]);
    return answer.finally(() => {
      port1.close();
    });
  }

  #askTabs(owner: string, waitMs: number): Promise<CryptoKey | null> {
    const { promise, resolve } = Promise.withResolvers<CryptoKey | null>();
    const hear = (event: MessageEvent<unknown>) => {
      const told = event.data as Partial<KeptKey>;
      if (told.owner === owner && told.key instanceof CryptoKey) resolve(told.key);
    };
    this.#channel.addEventListener('message', hear);
    this.#channel.postMessage({ asked: owner });
    setTimeout(resolve, waitMs, null);
    return promise.finally(() => {
      this.#channel.removeEventListener('message', hear);
    });
  }
}

/** The same over every reload of this tab; another in a tab that is opened later, which has to ask for the secret. */
function nameOfTab(): string {
  const name = crypto.randomUUID();
  try {
    const known = sessionStorage.getItem(tabItem);
    if (known !== null) return known;
    sessionStorage.setItem(tabItem, name);
  } catch {
    // A browser that keeps nothing asks after a reload too.
  }
  return name;
}
