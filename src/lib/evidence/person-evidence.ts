import type { OpenData } from '../data/current.svelte.ts';
import type { Fetch } from '../sync/http.ts';
import { EvidenceStore, type HeldFile } from '../data/files/evidence-store.ts';
import { countWaiting } from './file-status.ts';
import { evidence } from './files.svelte.ts';
import { PersonPrefetch } from './person-prefetch.ts';
import { standingOf } from './standing.ts';
import { tusSend } from './tus-send.ts';
import { EvidenceUploader } from './uploader.ts';

export interface PersonEvidenceOptions {
  readonly data: OpenData;
  /** The person's. */
  readonly key: CryptoKey;
  readonly fetch: Fetch;
  /** The children whose homework the person marks; most people mark nobody's. */
  readonly marks: readonly string[];
  /** The device's storage fails. */
  readonly onFailure: (reason: unknown) => void;
}

/** A person's files while they are at work: the open store, what the screens are told of it, and the sending. */
export class PersonEvidence {
  readonly #store: EvidenceStore;
  readonly #uploader: EvidenceUploader;
  readonly #prefetch: PersonPrefetch | null;
  readonly #endWatches: (() => void)[];
  #files: readonly HeldFile[] = [];
  #listeners = new Set<() => void>();
  #isClosed = false;

  constructor({ data: { database, store, kind }, key, fetch, marks, onFailure }: PersonEvidenceOptions) {
    const files = (this.#store = new EvidenceStore(database.name, key));
    const uploader = (this.#uploader = new EvidenceUploader({
      store: files,
      send: tusSend({ fetch, userId: database.owner.userId }),
      standingOf: (evidenceId) => standingOf(database, store, evidenceId),
      random: Math.random,
      onFailure,
    }));
    const isFamily = kind === 'student' || kind === 'parent';
    this.#prefetch = marks.length === 0 && !isFamily ? null : new PersonPrefetch({ database, key, fetch, marks, onFailure });
    const look = () => {
      if (this.waiting > 0) uploader.look();
    };
    this.#endWatches = [
      files.watch((held) => {
        this.#files = held;
        evidence.show(held);
        for (const listener of this.#listeners) listener();
        look();
      }, onFailure),
      database.unsent.watch(look),
      ...(database.holds('receipts') ? [database.observe('receipts', {}, look)] : []),
    ];
    evidence.store = files;
    void database
      .waitForLeadership()
      .then(() => {
        if (this.#isClosed) return undefined;
        this.#prefetch?.prefetcher.start();
        return uploader.start();
      })
      .catch((reason: unknown) => {
        if (!this.#isClosed) onFailure(reason);
      });
  }

  get store(): EvidenceStore {
    return this.#store;
  }

  /** Files that were logged and are not known to be safe at the school. */
  get waiting(): number {
    return countWaiting(this.#files);
  }

  /** The server was heard in another way. */
  heard(): void {
    this.#uploader.heard();
    this.#prefetch?.prefetcher.heard();
  }

  wake(): void {
    this.#uploader.wake();
    this.#prefetch?.prefetcher.wake();
  }

  sessionRenewed(): void {
    this.#uploader.sessionRenewed();
    this.#prefetch?.prefetcher.sessionRenewed();
  }

  /** Waits until nothing waits, for so long at most. @returns how many files still wait */
  async flush(timeoutMs: number): Promise<number> {
    if (this.waiting > 0)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          this.#listeners.delete(listener);
          resolve();
        };
        const listener = () => {
          if (this.waiting === 0) end();
        };
        const timer = setTimeout(end, timeoutMs);
        this.#listeners.add(listener);
      });
    return this.waiting;
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#endWatches.splice(0)) end();
    this.#uploader.stop();
    this.#prefetch?.close();
    this.#store.close();
    evidence.clear();
  }
}
