import { Dexie, liveQuery, type DexieOptions, type Table } from 'dexie';
import { v7 as uuidv7 } from 'uuid';
import { evidenceLimits, type FileKind } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import { chunkCount, partsOf } from './chunks.ts';
import { isHeld, stateAfter, type FileEvent, type FileState } from './file-state.ts';
import { isNoRoom } from '../no-room.ts';
import { seal, unseal } from '../sealing/seal.ts';

/** A photo or a recording on this device, without its bytes. */
export interface HeldFile {
  /** Of this device. */
  readonly id: string;
  /** Its id as evidence; null until it is logged, and another one each time that it is. */
  readonly evidenceId: string | null;
  readonly kind: FileKind;
  readonly mediaType: string;
  readonly bytes: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  readonly durationMs: number | null;
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

export type CapturedFile = Pick<HeldFile, 'kind' | 'durationMs' | 'draftKey'> & { readonly content: Blob };

interface StoredChunk {
  readonly fileId: string;
  readonly index: number;
  readonly sealed: ArrayBuffer;
}

/** The device has no room; nothing of the file was kept. */
export class NoRoom extends Error {}

export function evidenceDatabaseName(databaseName: string): string {
  return `${databaseName}-evidence`;
}

/** One person's photos and recordings on this device: sealed in chunks, and each change told to every tab. */
export class EvidenceStore {
  readonly #dexie: Dexie;
  readonly #files: Table<HeldFile, string>;
  readonly #chunks: Table<StoredChunk, [string, number]>;
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
  async capture(captured: CapturedFile): Promise<HeldFile> {
    try {
      return await this.#keep(captured);
    } catch (reason) {
      if (isNoRoom(reason)) throw new NoRoom('The device has no room for this file.', { cause: reason });
      throw reason;
    }
  }

  async #keep({ content, kind, durationMs, draftKey }: CapturedFile): Promise<HeldFile> {
    const whole = await content.arrayBuffer();
    const id = uuidv7();
    const count = chunkCount(whole.byteLength);
    const chunks: StoredChunk[] = [];
    // Sealed before the transaction begins: IndexedDB ends one that waits for anything else.
    for (let index = 0; index < count; index++) {
      const chunk = whole.slice(index * evidenceLimits.chunkBytes, (index + 1) * evidenceLimits.chunkBytes);
      chunks.push({ fileId: id, index, sealed: await seal(this.#key, chunkPlace(id, index, count), chunk) });
    }
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
    });
    return file;
  }

  /** The bytes from `start` up to `end`, opened. */
  async read(file: Pick<HeldFile, 'id' | 'bytes' | 'mediaType'>, start = 0, end = file.bytes): Promise<Blob> {
    const count = chunkCount(file.bytes);
    const opened: ArrayBuffer[] = [];
    for (const { index, from, until } of partsOf(start, Math.min(end, file.bytes))) {
      const chunk = must(await this.#chunks.get([file.id, index]), 'each chunk of a file is kept');
      opened.push((await unseal(this.#key, chunkPlace(file.id, index, count), chunk.sealed)).slice(from, until));
    }
    return new Blob(opened, { type: file.mediaType });
  }

  /** What was captured is logged as evidence of these ids. @returns the ids, in the order of the files */
  async log(ids: readonly string[]): Promise<string[]> {
    const loggedAt = new Date().toISOString();
    const evidenceIds = ids.map(() => uuidv7());
    await this.#dexie.transaction('rw', this.#files, this.#chunks, async () => {
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

/** A chunk opens in its own place only: chunks can be neither swapped nor left out. */
function chunkPlace(fileId: string, index: number, count: number): string {
  return `${fileId}/${String(index)}/${String(count)}`;
}

function hex(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
