import * as v from 'valibot';
import { KeptDraft } from './kept-draft.svelte.ts';

const keptChange = v.object({ stood: v.string(), draft: v.unknown() });

/**
 * What is being changed of something that stands already. It is kept as a draft is, with how the thing stood when the change was
 * begun: what stands otherwise by now is not overwritten unasked, and what was written is not dropped either.
 */
export class KeptChange<Schema extends v.GenericSchema> {
  /** What was begun when the thing stood otherwise; null where nothing was, and once the person has said what is to become of it. */
  outdated: v.InferOutput<Schema> | null = $state.raw(null);
  readonly #start: string;
  readonly #schema: Schema;
  readonly #kept: KeptDraft<typeof keptChange>;
  /** How the thing stood when what is outdated was begun. */
  #stood = '';
  #takeUp: (draft: v.InferOutput<Schema>) => void = () => undefined;

  /** @param key with the id of what is changed @param start how it stands, as the form shows it */
  constructor(key: string, schema: Schema, start: v.InferOutput<Schema>) {
    this.#start = JSON.stringify(start);
    this.#schema = schema;
    this.#kept = new KeptDraft(key, keptChange, ({ stood, draft }) => JSON.stringify(draft) === stood);
  }

  /** Takes up what was begun, and keeps what is changed from then on. Call it in a component's initialisation. */
  follow(now: () => v.InferOutput<Schema>, takeUp: (draft: v.InferOutput<Schema>) => void): void {
    this.#takeUp = takeUp;
    this.#kept.follow(
      () => {
        const draft = now();
        // Until something else is written it stays as it was kept: the sheet may be closed before anybody has answered.
        const isUntouched = this.outdated !== null && JSON.stringify(draft) === this.#start;
        return isUntouched ? { stood: this.#stood, draft: this.outdated } : { stood: this.#start, draft };
      },
      ({ stood, draft }) => {
        // What an older app kept, and this one does not know, is left out.
        const begun = v.safeParse(this.#schema, draft);
        if (!begun.success) return;
        if (stood === this.#start) takeUp(begun.output);
        else {
          this.#stood = stood;
          this.outdated = begun.output;
        }
      },
    );
  }

  /** Puts what was begun earlier into the form all the same. */
  takeOutdated(): void {
    const draft = this.outdated;
    this.outdated = null;
    if (draft !== null) this.#takeUp(draft);
  }

  /** What was begun earlier is not wanted. */
  dropOutdated(): void {
    this.outdated = null;
  }

  /** It is sent, or is not to be. */
  finish(): Promise<void> {
    return this.#kept.finish();
  }
}
