import { v7 as uuidv7 } from 'uuid';
import { sealEnvelope, type Envelope } from '#domain/delivery/envelope.ts';
import { must } from '#domain/must.ts';
import type { Outbox } from '../data/delivery/outbox.ts';
import { readNote, stateHash, stateKey, writeNote, type SealingNote } from '../data/delivery/sealing-note.ts';
import type { EvidenceStore } from '../data/files/evidence-store.ts';
import type { OwnerStore } from '../data/owner-store.ts';
import type { Owner } from '../data/owner.ts';
import type { UnsentRow } from '../data/unsent-list.ts';
import { documentsContent, fileContent, type Author } from './packing.ts';
import { planSealing, type Piece } from './plan.ts';
import type { SealingTerms } from './terms.ts';

export interface SealerOptions {
  readonly owner: Owner;
  readonly deviceId: string;
  readonly outbox: Outbox;
  readonly store: OwnerStore;
  /** The person's documents that the server has not acknowledged. */
  readonly unsent: () => readonly UnsentRow[];
  readonly files: Pick<EvidenceStore, 'files' | 'read'>;
  /** Null while this device does not know to whom to seal. */
  readonly terms: () => Promise<SealingTerms | null>;
  readonly locks: LockManager;
  readonly now: () => Date;
}

/** Another tab may stand still in the middle of its turn: whoever shuts their data does not wait for it for ever. */
const turnMs = 5_000;

/**
 * Seals what a person has not sent to their school, beside the local copy and in just its states (S30). An envelope is
 * durable before it is noted, and noted before the one that it replaces goes: whatever is interrupted is gone on with.
 */
export class Sealer {
  readonly #options: SealerOptions;
  #holder: string | null = null;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  /** A random name of this local copy, once it has begun. */
  get holder(): string {
    return must(this.#holder, 'sealing has begun');
  }

  async begin(): Promise<void> {
    const { store, owner, locks } = this.#options;
    await locks.request(`studystreaks-sealing-begins-${owner.userId}`, async () => {
      const note = (await readNote(store)) ?? { holder: crypto.randomUUID(), envelopes: [], states: {} };
      await writeNote(store, note);
      this.#holder = note.holder;
    });
  }

  /**
   * Brings the envelopes of this copy up to date with what is unsent.
   *
   * @returns how many unsent pieces are in none: 0 where the local copy may be given up
   * @throws when something could not be read or kept, all else being sealed; or when another tab does not end its turn
   */
  seal(): Promise<number> {
    return this.#alone(async (note) => {
      const { outbox, terms } = this.#options;
      const here = new Set(await outbox.idsOf(this.holder));
      const pieces = await this.#pieces();
      const known = await terms();
      if (!known) return pieces.filter(({ key }) => !note.envelopes.some((one) => one.pieces.includes(key))).length;
      const plan = planSealing(note.envelopes, pieces, (id) => here.has(id));
      let standing: SealingNote = { ...note, envelopes: [...plan.keep], states: statesOf(note, pieces) };
      const failures: unknown[] = [];
      let unsealed = 0;
      for (const group of plan.seal) {
        try {
          standing = await this.#sealOne(group, known, standing);
        } catch (reason) {
          // One photo that cannot be read must not keep all else from being sealed.
          failures.push(reason);
          unsealed += group.length;
        }
      }
      if (JSON.stringify(standing) !== JSON.stringify(note)) await writeNote(this.#options.store, standing);
      const noted = new Set(standing.envelopes.map(({ id }) => id));
      await outbox.remove((await outbox.idsOf(this.holder)).filter((id) => !noted.has(id)));
      if (failures.length > 0) throw new NotAllSealed(unsealed, { cause: failures[0] });
      return 0;
    });
  }

  /** The person throws away what they have not sent: nothing of it is delivered. */
  async discard(): Promise<void> {
    const { outbox, store } = this.#options;
    await this.#alone(async () => {
      await outbox.remove(await outbox.idsOf(this.holder));
      // Another tab that is still about to seal finds that this copy is none any more.
      await writeNote(store, { holder: crypto.randomUUID(), envelopes: [], states: {} });
      return 0;
    });
  }

  /** One tab at a time, and none once the copy is gone. */
  async #alone(work: (note: SealingNote) => Promise<number>): Promise<number> {
    const { store, locks } = this.#options;
    const signal = AbortSignal.timeout(turnMs);
    return locks.request(`studystreaks-sealing-${this.holder}`, { signal }, async () => {
      const note = await readNote(store);
      return note?.holder === this.#holder ? work(note) : 0;
    });
  }

  async #pieces(): Promise<Piece[]> {
    const { unsent, files } = this.#options;
    const documents = unsent().map((row): Piece => ({ kind: 'document', key: `${stateKey(row.collection, row.id)}/${row.revision}`, row }));
    // What is stored is at the school already, whole; what is only captured is no work yet.
    const waiting = (await files.files()).filter(({ state }) => state === 'queued' || state === 'uploading');
    return [...documents, ...waiting.map((file): Piece => ({ kind: 'file', key: `file/${file.id}/${file.evidenceId ?? ''}`, file }))];
  }

  async #sealOne(pieces: readonly Piece[], terms: SealingTerms, note: SealingNote): Promise<SealingNote> {
    const { outbox, owner, store } = this.#options;
    const envelope = await this.#envelopeOf(pieces, terms);
    await outbox.put([{ envelope, schoolId: owner.schoolId, holder: this.holder, pieces: pieces.length }]);
    const states = { ...note.states };
    for (const piece of pieces) {
      if (piece.kind === 'file') continue;
      const key = stateKey(piece.row.collection, piece.row.id);
      states[key] = [...new Set([...(states[key] ?? []), await stateHash(piece.row.own)])];
    }
    const after = { ...note, states, envelopes: [...note.envelopes, { id: envelope.id, pieces: pieces.map(({ key }) => key) }] };
    await writeNote(store, after);
    return after;
  }

  async #envelopeOf(pieces: readonly Piece[], { schoolKey, token }: SealingTerms): Promise<Envelope> {
    const { owner, deviceId, files, now } = this.#options;
    const author: Author = { authorId: owner.userId, token, deviceId };
    const [first] = pieces;
    if (first?.kind === 'file') {
      const bytes = new Uint8Array(await (await files.read(first.file)).arrayBuffer());
      return sealEnvelope(schoolKey, uuidv7(), fileContent(author, first.file), bytes);
    }
    const rows = pieces.flatMap((piece) => (piece.kind === 'document' ? piece.row : []));
    return sealEnvelope(schoolKey, uuidv7(), documentsContent(author, rows, now()));
  }
}

/** Some of a person's unsent work could not be sealed; their copy of it stays. */
export class NotAllSealed extends Error {
  readonly unsealed: number;

  constructor(unsealed: number, options: ErrorOptions) {
    super(`${String(unsealed)} pieces of work could not be sealed.`, options);
    this.unsealed = unsealed;
  }
}

/** Of what does not wait any more nothing has to be known. */
function statesOf({ states }: SealingNote, pieces: readonly Piece[]): SealingNote['states'] {
  const waiting = new Set(pieces.flatMap((piece) => (piece.kind === 'document' ? stateKey(piece.row.collection, piece.row.id) : [])));
  return Object.fromEntries(Object.entries(states).filter(([key]) => waiting.has(key)));
}
