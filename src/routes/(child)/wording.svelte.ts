import { openData } from '$lib/data/current.svelte.ts';
import { keepWording, readWording } from '$lib/data/wording.ts';
import { usualWording, type Wording } from '$lib/records/reading.ts';

/** How much of the screen is words for the child who is signed in. Make it while a component is set up. */
export class ChildWording {
  #chosen: Wording | null = $state(null);
  readonly #yearGroups: () => readonly string[];

  /** @param yearGroups the child's own; none until their record is here */
  constructor(yearGroups: () => readonly string[]) {
    this.#yearGroups = yearGroups;
    $effect(() => {
      if (openData.current === null) return;
      void readWording().then((chosen) => (this.#chosen = chosen));
    });
  }

  get current(): Wording {
    return this.#chosen ?? usualWording(this.#yearGroups());
  }

  choose(chosen: Wording): void {
    this.#chosen = chosen;
    // Where nothing can be kept it is so until the app is closed; that there is no room is told elsewhere.
    keepWording(chosen).catch(() => undefined);
  }
}
