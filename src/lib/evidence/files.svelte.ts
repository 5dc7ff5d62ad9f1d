import { SvelteSet } from 'svelte/reactivity';
import { must } from '#domain/must.ts';
import type { FileKind } from '#domain/evidence/evidence.ts';
import type { EvidenceStore, HeldFile } from '../data/files/evidence-store.ts';
import type { FetchedFile, FetchedStore } from '../data/files/fetched-store.ts';
import type { LocalFile } from '../data/files/sealed-chunks.ts';

class EvidenceOnDevice {
  /** Null while nobody is signed in. Only the session opens and closes it. */
  store: EvidenceStore | null = $state.raw(null);
  /** Null while nobody is signed in who marks, or to whom teachers speak. */
  fetchedStore: FetchedStore | null = $state.raw(null);
  /** Every file of the person's own on this device, oldest first. */
  files: readonly HeldFile[] = $state.raw([]);
  /** False until the device has answered once. */
  isLoaded = $state(false);
  /** What is being recorded or kept just now, by the key of its draft: whoever is quick must not log what is half there. */
  readonly underWay = new SvelteSet<string>();
  #fetched: readonly FetchedFile[] = $state.raw([]);
  readonly #fetchedById = $derived(new Map(this.#fetched.map((file) => [file.id, file])));
  readonly #byEvidenceId = $derived(new Map(this.files.flatMap((file) => (file.evidenceId === null ? [] : [[file.evidenceId, file]]))));

  get open(): EvidenceStore {
    return must(this.store, 'somebody is signed in');
  }

  /** What is being put together for a piece of work. */
  captured(draftKey: string, kind: FileKind): HeldFile[] {
    return this.files.filter((file) => file.state === 'captured' && file.draftKey === draftKey && file.kind === kind);
  }

  byEvidenceId(id: string): HeldFile | null {
    return this.#byEvidenceId.get(id) ?? null;
  }

  /** What was put by of the school's. */
  fetchedById(id: string): FetchedFile | null {
    return this.#fetchedById.get(id) ?? null;
  }

  /** The bytes, opened, wherever on this device they lie. */
  async read(file: LocalFile): Promise<Blob> {
    const fetched = this.#fetchedById.get(file.id);
    return fetched && this.fetchedStore ? this.fetchedStore.read(fetched) : this.open.read(file);
  }

  show(files: readonly HeldFile[]): void {
    this.files = files;
    this.isLoaded = true;
  }

  showFetched(files: readonly FetchedFile[]): void {
    this.#fetched = files;
  }

  clear(): void {
    this.store = null;
    this.fetchedStore = null;
    this.#fetched = [];
    this.files = [];
    this.isLoaded = false;
  }
}

export const evidence = new EvidenceOnDevice();
