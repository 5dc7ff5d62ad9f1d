import { UnsentList, type UnsentRow } from './unsent-list.ts';

/** Where a person's documents lie. */
interface UnsentSource {
  readonly unsent: UnsentList;
  unsentRows(): UnsentRow[];
}

/** Often enough for the eye, seldom enough that a thousand entries are not a thousand redrawings. */
const tellEveryMs = 16;

export type UnsentListener = (unsent: UnsentList) => void;

/** A person's work that the server has not acknowledged, as this device's documents say. */
export class UnsentWork {
  #source: UnsentSource = { unsent: new UnsentList(), unsentRows: () => [] };
  readonly #listeners = new Set<UnsentListener>();
  #telling: ReturnType<typeof setTimeout> | undefined;

  get list(): UnsentList {
    return this.#source.unsent;
  }

  /** The documents themselves, each with what the server is known to have of it; oldest first. */
  rows(): UnsentRow[] {
    return this.#source.unsentRows();
  }

  /** The list that is kept up to date where the documents lie. */
  follow(source: UnsentSource): void {
    this.#source = source;
    this.changed();
  }

  readonly changed = (): void => {
    if (this.#listeners.size === 0 || this.#telling) return;
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener(this.list);
    }, tellEveryMs);
  };

  /** Tells how things stand now and after changes, of other tabs too. Returns the end of it. */
  watch(listener: UnsentListener): () => void {
    this.#listeners.add(listener);
    listener(this.list);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
