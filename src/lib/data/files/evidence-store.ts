import { Dexie, liveQuery, type DexieOptions, type Table } from 'dexie';
import { v7 as uuidv7 } from 'uuid';
import type { FileKind } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { isHeld, stateAfter, type FileEvent, type FileState } from './file-state.ts';
import { openChunks, sealChunks, whereThereIsRoom, type LocalFile, type SealedChunk } from './sealed-chunks.ts';

/** A photo or a recording on this device, without its bytes. */
export interface HeldFile extends LocalFile {
  /** Of this device. */
  readonly id: string;
  /** Its id as evidence; null until it is logged, and another one each time that it is. */
  readonly evidenceId: string | null;
  readonly kind: FileKind;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** The piece of work that it is captured for. */
  readonly draftKey: string;
  readonly state: FileState;
  /** ISO instants of the device's clock. */
  readonly capturedAt: string;
  readonly loggedAt: string | null;
  readonly sentBytes: number;
  /** Why it was not taken: a code of `evidenceRefusals`, or another of the server's. */
  readonly refusal: string | null;
  /** Why it waits although there is a network: a code of the server's. */
  readonly delay?: string | null;
}

export type CapturedFile = Pick<HeldFile, 'kind' | 'durationMs' | 'draftKey'> & {
  readonly content: Blob;
  /** Files of this device that it takes the place of, where they have not been logged meanwhile. */
  readonly replaces?: readonly string[];
};

export function evidenceDatabaseName(databaseName: string): string {
  return `${databaseName}-evidence`;
}

/** One person's photos and recordings on this device: sealed in chunks, and each change told to every tab. */
export class EvidenceStore {
  readonly #dexie: Dexie;
  readonly #files: Table<HeldFile, string>;
  readonly #chunks: Table<SealedChunk, [string, number]>;
  readonly #key: CryptoKey;

  /** @param key the person's */
  constructor(databaseName: string, key: CryptoKey, options?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>) {
    this.#dexie = new Dexie(evidenceDatabaseName(databaseName), options);
    this.#dexie.version(1).stores({ files: 'id, state', chunks: '[fileId+index], fileId' });
    this.#files = this.#dexie.table('files');
    this.#chunks = this.#dexie.table('chunks');
    this.#key = key;
  }

  /** Oldest first. */
  files(): Promise<HeldFile[]> {
    return this.#files.orderBy('id').toArray();
  }

  /** Calls `listener` now and after every change, of other tabs too. Returns the end of it. */
  watch(listener: (files: readonly HeldFile[]) => void, onError: (reason: unknown) => void): () => void {
    const subscription = liveQuery(() => this.files()).subscribe(listener, onError);
    return () => {
      subscription.unsubscribe();
    };
  }

  /**
   * Keeps a file, whole or not at all.
   *
   * @throws NoRoom
   */
  capture(captured: CapturedFile): Promise<HeldFile> {
    return whereThereIsRoom(() => this.#keep(captured));
  }

  async #keep({ content, kind, durationMs, draftKey, replaces = [] }: CapturedFile): Promise<HeldFile> {
    const whole = await content.arrayBuffer();
    const id = uuidv7();
    const chunks = await sealChunks(this.#key, id, whole);
    const file: HeldFile = {
      id,
      evidenceId: null,
      kind,
      mediaType: content.type,
      bytes: whole.byteLength,
      sha256: hex(await crypto.subtle.digest('SHA-256', whole)),
      durationMs,
      draftKey,
      state: 'captured',
      capturedAt: new Date().toISOString(),
      loggedAt: null,
      sentBytes: 0,
      refusal: null,
    };
    await this.#dexie.transaction('rw', this.#files, this.#chunks, async () => {
      await this.#chunks.bulkAdd(chunks);
      await this.#files.add(file);
      const replaced = (await this.#files.bulkGet([...replaces])).flatMap((before) => (before?.state === 'captured' ? before.id : []));
      await this.#chunks.where('fileId').anyOf(replaced).delete();
      await this.#files.bulkDelete(replaced);
    });
    return file;
  }

  /** The bytes from `start` up to `end`, opened. */
  read(file: Pick<HeldFile, 'id' | 'bytes' | 'mediaType'>, start?: number, end?: number): Promise<Blob> {
    return openChunks(this.#key, file, (index) => this.#chunks.get([file.id, index]), start, end);
  }

  /**
   * What was captured is logged as evidence of these ids, all of it or nothing.
   *
   * @returns the ids, in the order of the files
   * @throws Error where a file is not there to be logged any more: homework must not name what never comes
   */
  async log(ids: readonly string[]): Promise<string[]> {
    const loggedAt = new Date().toISOString();
    const evidenceIds = ids.map(() => uuidv7());
    await this.#dexie.transaction('rw', this.#files, this.#chunks, async () => {
      const files = await this.#files.bulkGet([...ids]);
      if (files.some((file) => file?.state !== 'captured')) throw new Error('What was captured is not here to be logged any more.');
      for (const [position, id] of ids.entries())
        await this.#advance(id, 'logged', { evidenceId: must(evidenceIds[position], 'each file has an id'), loggedAt });
    });
    return evidenceIds;
  }

  /** Moves a file on, where it is not too late for that. Bytes go with the step after which nobody needs them. */
  async advance(id: string, event: FileEvent, change: Partial<Pick<HeldFile, 'sentBytes' | 'refusal' | 'delay'>> = {}): Promise<void> {
    await this.#dexie.transaction('rw', this.#files, this.#chunks, () => this.#advance(id, event, change));
  }

  /** They are being put together again, as before they were logged. */
  async takeBack(evidenceIds: readonly string[]): Promise<void> {
    for (const { id, evidenceId } of await this.files())
      if (evidenceId !== null && evidenceIds.includes(evidenceId)) await this.advance(id, 'taken_back', { sentBytes: 0 });
  }

  async noteSent(id: string, sentBytes: number): Promise<void> {
    await this.#files.update(id, { sentBytes });
  }

  async discard(ids: readonly string[]): Promise<void> {
    await this.#dexie.transaction('rw', this.#files, this.#chunks, async () => {
      await this.#chunks.where('fileId').anyOf(ids).delete();
      await this.#files.bulkDelete([...ids]);
    });
  }

  close(): void {
    this.#dexie.close();
  }

  async #advance(id: string, event: FileEvent, change: Partial<HeldFile>): Promise<void> {
    const file = await this.#files.get(id);
    const state = file ? stateAfter(file.state, event) : null;
    if (!file || state === null) return;
    if (!isHeld(state)) await this.#chunks.where('fileId').equals(id).delete();
    if (state === 'confirmed') await this.#files.delete(id);
    else await this.#files.put({ ...file, ...change, ...(state === 'captured' && { evidenceId: null, loggedAt: null }), state });
  }
}

function hex(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
