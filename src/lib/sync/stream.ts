/** The part of the browser's EventSource that is used; Node's tests bring their own. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}
export type OpenEventStream = (url: string) => EventStream;

export interface LiveStreamOptions {
  readonly open: OpenEventStream;
  /** Something of this person's has changed, or may have while nobody listened. */
  readonly onPoke: () => void;
  /** The server is heard, for the first time or again. */
  readonly onLive: () => void;
  readonly random: () => number;
}

const closed = 2;
/** A beat comes every 25 s; after this long without one the line is dead. */
const silenceMs = 60_000;
/** The server speaks at once: a proxy that holds its first words back will hold all back. */
const firstWordMs = 10_000;
const pollMs = 5 * 60_000;
const firstRetryMs = 2_000;
const mostRetryMs = 120_000;

/** Listens for pokes; without a stream it asks every five minutes (S18, S19). */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  #stream: EventStream | null = null;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isRunning = false;
  #isLive = false;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  /** The server's words arrive as they are spoken. */
  get isLive(): boolean {
    return this.#isLive;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#connect();
    this.#pollLater();
  }

  stop(): void {
    this.#isRunning = false;
    this.#disconnect();
    clearTimeout(this.#retry);
    clearTimeout(this.#poll);
  }

  /** The network is back or the page is seen again: no use in waiting. */
  wake(): void {
    if (!this.#isRunning || this.#isLive) return;
    this.#failures = 0;
    clearTimeout(this.#retry);
    this.#connect();
  }

  #connect(): void {
    this.#disconnect();
    const stream = this.#options.open('/api/sync/stream');
    this.#stream = stream;
    this.#watch(firstWordMs);
    const isCurrent = () => this.#stream === stream && this.#isRunning;
    const heard = () => {
      if (!isCurrent()) return;
      const isNew = !this.#isLive;
      this.#isLive = true;
      this.#failures = 0;
      this.#watch(silenceMs);
      if (isNew) this.#options.onLive();
    };
    stream.addEventListener('poke', () => {
      if (!isCurrent()) return;
      heard();
      this.#options.onPoke();
    });
    stream.addEventListener('heartbeat', heard);
    stream.addEventListener('error', () => {
      if (!isCurrent()) return;
      this.#isLive = false;
      // While it is merely reconnecting the browser does the work; a refusal it takes for final, and does not say why.
      if (stream.readyState !== closed) return;
      const isFirst = this.#failures === 0;
      this.#reconnectLater();
      // A pull is told: access may have ended.
      if (isFirst) this.#options.onPoke();
    });
  }

  #disconnect(): void {
    clearTimeout(this.#watchdog);
    this.#isLive = false;
    this.#stream?.close();
    this.#stream = null;
  }

  #watch(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#reconnectLater();
    }, ms);
  }

  #reconnectLater(): void {
    this.#disconnect();
    clearTimeout(this.#retry);
    const backOff = Math.min(mostRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.#retry = setTimeout(
      () => {
        if (this.#isRunning) this.#connect();
      },
      backOff / 2 + (this.#options.random() * backOff) / 2,
    );
  }

  #pollLater(): void {
    this.#poll = setTimeout(
      () => {
        if (!this.#isRunning) return;
        if (!this.#isLive) this.#options.onPoke();
        this.#pollLater();
      },
      pollMs * (0.8 + 0.4 * this.#options.random()),
    );
  }
}
