import { movedBy, whole, zoomedBy, type Room, type Shown } from './zoom.ts';

/** One press of a key or a button. */
const step = 1.4;

/** How near the photo that lies open is looked at. */
export class Zoom {
  shown = $state.raw<Shown>(whole);
  #measure: (() => Room) | null = null;

  get isClose(): boolean {
    return this.shown.scale > whole.scale;
  }

  /** Tells it where the photo lies. @returns ends that, and shows what comes next whole */
  lieIn(measure: () => Room): () => void {
    this.#measure = measure;
    return () => {
      if (this.#measure === measure) this.#measure = null;
      this.reset();
    };
  }

  closer(): void {
    this.by(step);
  }

  further(): void {
    this.by(1 / step);
  }

  reset(): void {
    this.shown = whole;
  }

  /** By a factor; `x` and `y` from the middle of the stage. */
  by(factor: number, x = 0, y = 0): void {
    if (this.#measure) this.shown = zoomedBy(this.shown, factor, { x, y }, this.#measure());
  }

  move(x: number, y: number): void {
    if (this.#measure) this.shown = movedBy(this.shown, { x, y }, this.#measure());
  }
}
