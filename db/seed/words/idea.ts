/** Age bands whose homework and handwriting look alike. */
export const bands = ['reception', 'infants', 'lower_juniors', 'upper_juniors'] as const;
export type Band = (typeof bands)[number];

/** A piece of homework that a teacher might set, and what children might write for it. `{n}` and the like are filled in by words/fill.ts. */
export interface TaskIdea {
  readonly title: string;
  readonly instructions: string;
  readonly strand: string;
  readonly works: readonly string[];
}

export type Ideas = Readonly<Record<Band, readonly TaskIdea[]>>;

export function bandOf(yearGroup: string): Band {
  if (yearGroup === 'R') return 'reception';
  if (yearGroup <= '2') return 'infants';
  return yearGroup <= '4' ? 'lower_juniors' : 'upper_juniors';
}
