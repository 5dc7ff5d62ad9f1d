import type { Piece } from '$lib/records/pieces.ts';

interface Known {
  readonly isLoaded: boolean;
  readonly piecesById: ReadonlyMap<string, Piece>;
}

/** The piece that an address says was logged. What was logged just now is not gone: the device's record tells of it a moment later. */
export class LoggedPiece {
  #expectedId = $state<string | null>(null);
  readonly #known: Known;
  readonly #asked: () => string | null;

  readonly current: Piece | null = $derived.by(() => this.#known.piecesById.get(this.#asked() ?? '') ?? null);
  /** It was taken back, or is another child's: there is nothing to show. */
  readonly isGone: boolean = $derived.by(() => {
    const id = this.#asked();
    return this.#known.isLoaded && id !== null && this.current === null && id !== this.#expectedId;
  });

  /** Call it in a component's initialisation. @param asked the id in the address; null where it asks for none */
  constructor(known: Known, asked: () => string | null) {
    this.#known = known;
    this.#asked = asked;
    $effect(() => {
      if (this.current?.completion.id === this.#expectedId) this.#expectedId = null;
    });
  }

  /** It has just been kept. */
  expect(id: string): void {
    this.#expectedId = id;
  }
}
