import { Dexie, liveQuery, type DexieOptions, type Table } from 'dexie';
import type { FileKind } from '#domain/evidence/evidence.ts';
import { openChunks, sealChunks, whereThereIsRoom, type LocalFile, type SealedChunk } from './sealed-chunks.ts';

/** A file of the school's, put by so that it can be looked at without a network. Its id is the evidence's. */
export interface FetchedFile extends LocalFile {
  readonly kind: FileKind;
  /** An ISO instant of the device's clock. */
  readonly fetchedAt: string;
}

export function fetchedDatabaseName(databaseName: string): string {
  return `${databaseName}-fetched`;
}

/** What one person has put by of other people's files, sealed. The school has all of it: it may go at any time. */
export class FetchedStore {
  readonly #dexie: Dexie;
  readonly #files: Table<FetchedFile, string>;
  readonly #chunks: Table<SealedChunk, [string, number]>;
  readonly #key: CryptoKey;

  /** @param key the person's */
  constructor(databaseName: string, key: CryptoKey, options?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>) {
    this.#dexie = new Dexie(fetchedDatabaseName(databaseName), options);
    this.#dexie.version(1).stores({ files: 'id', chunks: '[fileId+index], fileId' });
    this.#files = this.#dexie.table('files');
    this.#chunks = this.#dexie.table('chunks');
    this.#key = key;
  }

  files(): Promise<FetchedFile[]> {
    return this.#files.toArray();
  }

  /** Calls `listener` now and after every change, of other tabs too. Returns the end of it. */
  watch(listener: (files: readonly FetchedFile[]) => void, onError: (reason: unknown) => void): () => void {
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
  async keep({ id, kind, durationMs }: Pick<FetchedFile, 'id' | 'kind' | 'durationMs'>, content: Blob): Promise<void> {
    const chunks = await sealChunks(this.#key, id, await content.arrayBuffer());
    const file = { id, kind, durationMs, mediaType: content.type, bytes: content.size, fetchedAt: new Date().toISOString() };
    await whereThereIsRoom(() =>
      this.#dexie.transaction('rw', this.#files, this.#chunks, async () => {
        await this.#chunks.bulkPut(chunks);
        await this.#files.put(file);
      }),
    );
  }

  /** The bytes, opened. */
  read(file: LocalFile): Promise<Blob> {
    return openChunks(this.#key, file, (index) => this.#chunks.get([file.id, index]));
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
}
