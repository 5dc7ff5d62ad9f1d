export interface RoomWatchOptions {
  /** Keeps something for a moment. @throws where nothing can be kept */
  readonly tryToKeep: () => Promise<void>;
  readonly onRoom: () => void;
}

const everyMs = 5_000;

/** Once something could not be kept: finds out when something can be again (S24). */
export class RoomWatch {
  readonly #options: RoomWatchOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isEnded = false;

  constructor(options: RoomWatchOptions) {
    this.#options = options;
  }

  /** Something could not be kept. */
  lost(): void {
    if (this.#isEnded) return;
    this.#timer ??= setTimeout(() => void this.#look(), everyMs);
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const { tryToKeep, onRoom } = this.#options;
    const hasRoom = await tryToKeep().then(
      () => true,
      () => false,
    );
    this.#timer = undefined;
    if (!hasRoom) this.lost();
    else if (!this.#isEnded) onRoom();
  }
}
