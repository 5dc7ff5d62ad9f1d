import { getContext, setContext } from 'svelte';
import type { HelpStanding } from '$lib/records/child-help.ts';
import type { OpenTask } from '$lib/records/open-tasks.ts';
import type { Piece } from '$lib/records/pieces.ts';

/** What asking for help needs to know of the child who asks. */
export interface HelpPlace {
  readonly teacher: string;
  /** Own homework, newest day first. */
  readonly pieces: readonly Piece[];
  readonly tasks: readonly OpenTask[];
  /** What was asked last about a piece, by its id. */
  readonly help: ReadonlyMap<string, HelpStanding>;
}

const key = Symbol('help');

/** Call it in the layout of a child’s own screens. */
export function provideHelpPlace(place: HelpPlace): void {
  setContext(key, place);
}

/** Null where nobody is signed in who could ask, as on a class’s tablet. */
export function useHelpPlace(): HelpPlace | null {
  return getContext<HelpPlace | undefined>(key) ?? null;
}
