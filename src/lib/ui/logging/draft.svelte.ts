import * as v from 'valibot';
import { activity, feeling, type Activity } from '#domain/collections/completions.ts';
import { readDraft, removeDraft, writeDraft } from '$lib/data/drafts.ts';

const draftSchema = v.object({ text: v.string(), feeling: v.nullable(feeling), activity: v.optional(v.nullable(activity), null) });
export type Feeling = v.InferOutput<typeof feeling>;

const pauseMs = 300;

/** What a child is writing: kept on the device as they write, so that neither a reload nor an empty battery takes it. */
export class Draft {
  text = $state('');
  feeling: Feeling | null = $state(null);
  activity: Activity | null = $state(null);
  /** False until the device has said what was kept. */
  isLoaded = $state(false);
  /** Everything that was written is kept. */
  isSaved = $state(false);
  /** What was written last could not be kept. */
  isFailed = $state(false);
  readonly #key: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `first` is what stands where nothing was kept yet. */
  constructor(key: string, first: string) {
    this.#key = key;
    void this.#load(first);
  }

  /** Call after each change. */
  changed(): void {
    this.isSaved = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), pauseMs);
  }

  /** Keeps it now: when the page goes out of sight, nobody knows whether it comes back. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.isLoaded || this.isSaved) return;
    const kept = { text: this.text, feeling: this.feeling, activity: this.activity };
    try {
      await writeDraft(this.#key, kept);
    } catch {
      // A full disk, mostly: the words are on the screen, and are kept once there is room.
      this.isFailed = true;
      return;
    }
    this.isFailed = false;
    // More may have been written meanwhile; it comes next.
    this.isSaved = this.text === kept.text && this.feeling === kept.feeling;
  }

  /** It is logged: the draft has done its work. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    this.isSaved = true;
    this.isFailed = false;
    await removeDraft(this.#key);
  }

  async #load(first: string): Promise<void> {
    const kept = v.safeParse(draftSchema, await readDraft(this.#key));
    this.text = kept.success ? kept.output.text : first;
    this.feeling = kept.success ? kept.output.feeling : null;
    this.activity = kept.success ? kept.output.activity : null;
    this.isSaved = kept.success && kept.output.text !== '';
    this.isLoaded = true;
  }
}

/** One draft for each piece of work: another go, a task, or a club's own. */
export function draftKey(of: { readonly again: string | null; readonly task: string | null; readonly club: string }): string {
  return of.again ?? of.task ?? of.club;
}
