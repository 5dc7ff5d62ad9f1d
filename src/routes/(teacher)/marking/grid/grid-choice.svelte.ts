import { SvelteSet } from 'svelte/reactivity';
import { between, isWaiting, type Tile } from './grid.ts';

/** Which tiles are chosen, and where the keys are. */
export class GridChoice {
  readonly chosen = new SvelteSet<string>();
  #entryId = $state<string | null>(null);
  /** From here a press with Shift reaches. */
  #anchor: string | null = null;
  readonly #tiles: () => readonly Tile[];
  /** The tile that Tab leads to; the arrow keys lead to the others. */
  readonly entry: string | null = $derived.by(() => {
    const tiles = this.#tiles();
    return (tiles.find(({ id }) => id === this.#entryId) ?? tiles[0])?.id ?? null;
  });

  constructor(tiles: () => readonly Tile[]) {
    this.#tiles = tiles;
  }

  has(tile: Tile): boolean {
    return isWaiting(tile) && this.chosen.has(tile.id);
  }

  /** Chooses a tile or lets go of it; with Shift chooses all from the last one pressed to this one. */
  press(tile: Tile, isRange: boolean): void {
    this.#entryId = tile.id;
    if (!isWaiting(tile)) return;
    if (isRange) this.#add(between(this.#tiles(), this.#anchor, tile.id));
    else if (!this.chosen.delete(tile.id)) this.chosen.add(tile.id);
    this.#anchor = tile.id;
  }

  /** Goes to a tile, and with Shift chooses what lies between. */
  goTo(tile: Tile, isRange: boolean): void {
    if (isRange) {
      this.#anchor ??= this.entry;
      this.#add(between(this.#tiles(), this.#anchor, tile.id));
    }
    this.#entryId = tile.id;
  }

  /** These and no others. */
  choose(these: readonly Tile[]): void {
    this.chosen.clear();
    this.#add(these);
    this.#anchor = null;
  }

  #add(tiles: readonly Tile[]): void {
    for (const { id } of tiles) this.chosen.add(id);
  }
}
