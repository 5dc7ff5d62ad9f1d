import { getContext, setContext } from 'svelte';
import { online } from 'svelte/reactivity/window';
import type { DocumentOf } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import { pictureSecret } from '#domain/picture-codes/verifier.ts';
import { tryPictures, type PictureTry } from '$lib/class-device/picture-tries.ts';
import { openData } from '$lib/data/current.svelte.ts';
import { liveQuery } from '$lib/data/live-query.svelte.ts';
import { compareWords } from '$lib/messages/locale.ts';
import { provideRecords, type Records } from '$lib/records/records.svelte.ts';
import { teacherName } from '$lib/records/teacher-name.ts';

type Roster = Extract<DocumentOf<'people'>, { kind: 'roster' }>;

/** A child of the class who can tap their way in. */
export interface TabletChild extends Pick<Roster, 'studentId' | 'firstName' | 'avatar'> {
  readonly code: DocumentOf<'picture_codes'>;
}

const everything = () => ({});

/** A class's tablet: whose class it is, and which child is at it. */
export class Tablet {
  readonly records: Records = provideRecords();
  readonly #people = liveQuery('people', everything);
  readonly #codes = liveQuery('picture_codes', everything);
  #chosenId: string | null = $state(null);
  #isOpen = $state(false);

  /** By first name. */
  readonly children: readonly TabletChild[] = $derived.by(() => {
    const codes = new Map(this.#codes.current.map((code) => [code.id, code]));
    return this.#people.current
      .flatMap((document) => {
        const code = codes.get(document.id);
        return document.kind === 'roster' && code ? [{ ...document, code }] : [];
      })
      .sort((one, other) => compareWords(one.firstName, other.firstName));
  });
  /** An empty class is not just a first fetch that is still on its way. */
  readonly isLoaded: boolean = $derived.by(
    () => this.#people.isLoaded && this.#codes.isLoaded && (this.records.isLoaded || online.current === false),
  );
  readonly schoolClass = $derived.by(() => this.records.classes[0] ?? null);
  readonly teacher: string = $derived.by(() => teacherName(this.records.staffById.get(this.schoolClass?.staff[0] ?? '')?.displayName));
  /** Who has tapped their picture. */
  readonly chosen: TabletChild | null = $derived.by(() => this.children.find(({ studentId }) => studentId === this.#chosenId) ?? null);
  /** Who has tapped their three pictures too. */
  readonly child: TabletChild | null = $derived.by(() => (this.#isOpen ? this.chosen : null));

  choose(child: TabletChild): void {
    this.#chosenId = child.studentId;
    this.#isOpen = false;
  }

  /** The child is in where they fit. */
  async try(pictures: readonly number[]): Promise<PictureTry> {
    const { code } = must(this.chosen, 'a child has tapped their picture');
    const { store } = must(openData.current, 'the device is signed in');
    const outcome = await tryPictures(store, code, pictureSecret(pictures), Date.now());
    this.#isOpen = outcome.kind === 'right' && this.#chosenId === code.studentId;
    return outcome;
  }

  /** The child has finished, or has gone. */
  leave(): void {
    this.#chosenId = null;
    this.#isOpen = false;
  }
}

const key = Symbol('tablet');

/** Call it in the layout. */
export function provideTablet(): Tablet {
  return setContext(key, new Tablet());
}

export function useTablet(): Tablet {
  return getContext<Tablet>(key);
}
