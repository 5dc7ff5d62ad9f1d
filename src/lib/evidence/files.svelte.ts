import { must } from '#domain/must.ts';
import type { FileKind } from '#domain/evidence/evidence.ts';
import type { EvidenceStore, HeldFile } from '../data/files/evidence-store.ts';

class EvidenceOnDevice {
  /** Null while nobody is signed in. Only the session opens and closes it. */
  store: EvidenceStore | null = $state.raw(null);
  /** Every file on this device, oldest first. */
  files: readonly HeldFile[] = $state.raw([]);
  /** False until the device has answered once. */
  isLoaded = $state(false);
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

  show(files: readonly HeldFile[]): void {
    this.files = files;
    this.isLoaded = true;
  }

  clear(): void {
    this.store = null;
    this.files = [];
    this.isLoaded = false;
  }
}

export const evidence = new EvidenceOnDevice();
