import { Dexie, liveQuery, type DexieOptions, type Table } from 'dexie';
import type { Envelope } from '#domain/delivery/envelope.ts';

/** Sealed work that waits on this device for whoever signs in (S30): nobody here can read it, and nothing says whose it is. */
export interface OutboxEntry {
  /** The envelope's. */
  readonly id: string;
  readonly schoolId: string;
  /** A random name of the local copy that it was sealed from: while that is open, it is sent from there. Null where there is none. */
  readonly holder: string | null;
  /** How many pieces of work are in it. */
  readonly pieces: number;
  /** Of what is sent. */
  readonly bytes: number;
  readonly tries: number;
  /** Milliseconds of the device's clock. */
  readonly notBefore: number;
  /** Why the server does not take it: an error code; null where it has not said so. */
  readonly refusal: string | null;
}

export type SealedPiece = Pick<OutboxEntry, 'schoolId' | 'holder' | 'pieces'> & { readonly envelope: Envelope };

interface StoredEnvelope {
  readonly id: string;
  readonly envelope: Envelope;
}

/** Beside the ciphertext an envelope is a few names and numbers. */
const frameBytes = 300;

/** What this device has to deliver, of everybody who works on it. It outlives their signing out and the wiping of their data. */
export class Outbox {
  readonly #dexie: Dexie;
  readonly #entries: Table<OutboxEntry, string>;
  readonly #envelopes: Table<StoredEnvelope, string>;

  constructor(options?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>) {
    this.#dexie = new Dexie('studystreaks-outbox', options);
    // Apart, so that whoever counts does not read what is sealed.
    this.#dexie.version(1).stores({ entries: 'id, schoolId, holder', envelopes: 'id' });
    this.#entries = this.#dexie.table('entries');
    this.#envelopes = this.#dexie.table('envelopes');
  }

  /** Keeps all or none; durable when it resolves. What is here already stays as it stands. */
  async put(sealed: readonly SealedPiece[]): Promise<void> {
    await this.#dexie.transaction('rw', this.#entries, this.#envelopes, async () => {
      const ids = sealed.map(({ envelope }) => envelope.id);
      const standing = new Set((await this.#entries.bulkGet(ids)).map((entry) => entry?.id));
      const added = sealed.filter(({ envelope }) => !standing.has(envelope.id));
      await this.#envelopes.bulkAdd(added.map(({ envelope }) => ({ id: envelope.id, envelope })));
      await this.#entries.bulkAdd(added.map(toEntry));
    });
  }

  /** Of one school, oldest first. */
  entries(schoolId: string): Promise<OutboxEntry[]> {
    return this.#entries.where('schoolId').equals(schoolId).sortBy('id');
  }

  async idsOf(holder: string): Promise<string[]> {
    return this.#entries.where('holder').equals(holder).primaryKeys();
  }

  /** As far as they are still here, in the order of `ids`. */
  async envelopes(ids: readonly string[]): Promise<Envelope[]> {
    return (await this.#envelopes.bulkGet([...ids])).flatMap((stored) => stored?.envelope ?? []);
  }

  async change(id: string, change: Partial<Pick<OutboxEntry, 'tries' | 'notBefore' | 'refusal'>>): Promise<void> {
    await this.#entries.update(id, change);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#dexie.transaction('rw', this.#entries, this.#envelopes, async () => {
      await this.#entries.bulkDelete([...ids]);
      await this.#envelopes.bulkDelete([...ids]);
    });
  }

  /** Tells what waits, now and after each change, of other tabs too. Returns the end of it. */
  watch(listener: (entries: readonly OutboxEntry[]) => void, onError: (reason: unknown) => void): () => void {
    const subscription = liveQuery(() => this.#entries.toArray()).subscribe(listener, onError);
    return () => {
      subscription.unsubscribe();
    };
  }

  close(): void {
    this.#dexie.close();
  }
}

function toEntry({ envelope, schoolId, holder, pieces }: SealedPiece): OutboxEntry {
  const bytes = envelope.ciphertext.length + frameBytes;
  return { id: envelope.id, schoolId, holder, pieces, bytes, tries: 0, notBefore: 0, refusal: null };
}
