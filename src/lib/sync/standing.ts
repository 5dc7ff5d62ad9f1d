import { Changes } from './changes.ts';
import type { SyncEngineOptions } from './engine-options.ts';
import { LastContact } from './last-contact.ts';
import { advance, initialFacts, type SyncEvent, type SyncFacts } from './status-machine.ts';

const wholeFact = 'hasBeenWhole';

/** How one person's sync stands, and who is told of it, until it ends. */
export class Standing {
  /** Whoever waits for something looks again at each change. */
  readonly changes = new Changes();
  readonly #options: SyncEngineOptions;
  readonly #contact: LastContact;
  #facts: SyncFacts = initialFacts;
  #isEnded = false;
  #endWatches: (() => void)[] = [];

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    this.#contact = new LastContact(options.store);
  }

  get facts(): SyncFacts {
    return this.#facts;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  tell(event: SyncEvent): void {
    this.#change(advance(this.#facts, event));
  }

  /** Follows what waits and what was set aside. @param onNothingUnsent all that waited has gone */
  watch(onNothingUnsent: () => void): void {
    const { database, store } = this.#options;
    this.#endWatches = [
      database.unsent.watch((unsent) => {
        this.tell({ type: 'unsent_counted', count: unsent.size });
        if (unsent.size === 0) onNothingUnsent();
      }),
      store.watch((quarantine) => {
        this.tell({ type: 'set_aside_counted', count: quarantine.filter((entry) => !entry.isKept).length });
      }),
    ];
  }

  /** Recalls what this device remembers of itself. */
  async recall(): Promise<void> {
    const [lastContactAt, hasBeenWhole] = await Promise.all([this.#contact.last(), this.#options.store.fact(wholeFact)]);
    this.tell({ type: 'recalled', lastContactAt, hasBeenWhole: hasBeenWhole === true });
  }

  /** All that the server had is kept on this device, which remembers it from its first time on. */
  noteWhole(): void {
    if (this.#facts.hasBeenWhole) return;
    this.tell({ type: 'whole' });
    this.inBackground(this.#options.store.setFact(wholeFact, true));
  }

  /** The server has answered. */
  noteContact(): void {
    const at = this.#options.now().toISOString();
    this.tell({ type: 'contact', at });
    this.inBackground(this.#contact.note(at));
  }

  /** What nobody waits for. Its failure is one of this device's storage, unless sync has ended meanwhile. */
  inBackground(task: Promise<unknown>): void {
    task.catch((reason: unknown) => {
      if (!this.#isEnded) this.#options.onPersistFailure(reason);
    });
  }

  /** Nobody is told of anything from here on. */
  end(): void {
    this.#isEnded = true;
    for (const end of this.#endWatches.splice(0)) end();
  }

  #change(facts: SyncFacts): void {
    this.#facts = facts;
    if (!this.#isEnded) this.#options.onFacts(facts);
    this.changes.tell();
  }
}
