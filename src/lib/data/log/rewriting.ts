import type { LogState } from './log-state.ts';

/** So many documents written for each that stands, and the log is worth rewriting. */
const mostGrowth = 3;
const rewriteFrom = 500;
/** More entries than a rewritten log has, by so many: each is a read and a seal when the device is opened. */
const mostSpareEntries = 250;
const documentsAnEntry = 500;
/** Nobody waits for a log that is only scattered: it is gathered when nothing was written for so long. */
const quietMs = 5_000;

/** When a log is written anew, from what it says. */
export class Rewriting {
  readonly #onQuiet: () => void;
  #entries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onQuiet the log is scattered, and it is a good time to gather it */
  constructor(onQuiet: () => void) {
    this.#onQuiet = onQuiet;
  }

  /** @param entries that were added to the log */
  added(entries: number, state: LogState): void {
    this.#entries += entries;
    clearTimeout(this.#timer);
    if (this.#isScattered(state)) this.#timer = setTimeout(this.#onQuiet, quietMs);
  }

  /** @param entries that the log has now */
  done(entries: number): void {
    this.#entries = entries;
    this.stop();
  }

  isDue(state: LogState, isQuiet: boolean): boolean {
    return state.isForgetting || (state.written >= rewriteFrom && state.growth >= mostGrowth) || (isQuiet && this.#isScattered(state));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #isScattered({ size }: LogState): boolean {
    return this.#entries > mostSpareEntries + size / documentsAnEntry;
  }
}
