import { untrack } from 'svelte';
import * as v from 'valibot';
import { readDraft, removeDraft, writeDraft } from '$lib/data/drafts.ts';

const pauseMs = 400;

/**
 * What is being written in a form. It outlives a reload, the lock that falls while somebody is asked something, and a sheet that is
 * closed by mistake: it goes when it is sent, or when whoever writes says that it shall.
 */
export class KeptDraft<Schema extends v.GenericSchema> {
  readonly #key: string;
  readonly #schema: Schema;
  readonly #isEmpty: (draft: v.InferOutput<Schema>) => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pending: (() => Promise<void>) | null = null;
  #isKept = false;

  /** @param isEmpty whether nothing stands in it that would be missed */
  constructor(key: string, schema: Schema, isEmpty: (draft: v.InferOutput<Schema>) => boolean) {
    this.#key = key;
    this.#schema = schema;
    this.#isEmpty = isEmpty;
  }

  /** Takes up what was begun, and keeps what is written from then on. Call it in a component's initialisation. */
  follow(now: () => v.InferOutput<Schema>, takeUp: (draft: v.InferOutput<Schema>) => void): void {
    let isRead = $state(false);
    void this.read().then((draft) => {
      // Whoever began to write before the device had answered goes on with that.
      if (draft !== null && this.#isEmpty(untrack(now))) takeUp(draft);
      isRead = true;
    });
    $effect(() => {
      const draft = now();
      if (isRead) this.changed(draft);
    });
    $effect(() => () => {
      this.flush();
    });
  }

  /** What was begun and neither sent nor given up; null where nothing was, or where an older app kept what this one does not know. */
  async read(): Promise<v.InferOutput<Schema> | null> {
    const kept = v.safeParse(this.#schema, await readDraft(this.#key));
    this.#isKept = kept.success;
    return kept.success ? kept.output : null;
  }

  /** Kept after a moment. What cannot be kept, for want of room, still stands in the form. */
  changed(draft: v.InferOutput<Schema>): void {
    if (!this.#isEmpty(draft)) this.#pending = () => this.#write(draft);
    // Emptied again: what stood there before does not come back.
    else this.#pending = this.#isKept ? () => this.finish() : null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), pauseMs);
  }

  /** Keeps now what a moment would have kept: the form goes. */
  flush(): void {
    clearTimeout(this.#timer);
    const pending = this.#pending;
    this.#pending = null;
    void pending?.();
  }

  /** It is sent, or is not to be. Never rejects: what was sent is not sent again because its draft stayed behind. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    this.#pending = null;
    this.#isKept = false;
    await removeDraft(this.#key).catch(() => undefined);
  }

  async #write(draft: v.InferOutput<Schema>): Promise<void> {
    this.#isKept = true;
    await writeDraft(this.#key, draft).catch(() => undefined);
  }
}
