/** Approved pieces of a club by their strand; those without one under the empty name. */
export type StrandCounts = Readonly<Record<string, number>>;

/** Approved pieces that make a step. */
export const piecesPerStep = 6;
/** Strands that they cover at least, where the club has so many. */
export const strandsPerStep = 2;

export const noStrand = '';

/**
 * The steps that these pieces make: the most sets of six that can be laid out of them with two strands in each. It goes by
 * counts alone, so that neither the order of the pieces nor one more of them ever takes a step away.
 *
 * @param strands how many the club has
 */
export function stepsOf(counts: StrandCounts, strands: number): number {
  const ofStrands = Object.entries(counts).flatMap(([strand, count]) => (strand === noStrand ? [] : count));
  const stranded = sum(ofStrands);
  const bySize = Math.floor(piecesOf(counts) / piecesPerStep);
  // Every set has two pieces of different strands: pairs that run out when one strand is left over.
  return strands < strandsPerStep ? bySize : Math.min(bySize, Math.floor(stranded / strandsPerStep), stranded - Math.max(0, ...ofStrands));
}

export function piecesOf(counts: StrandCounts): number {
  return sum(Object.values(counts));
}

/** Both together. */
export function addCounts(counts: StrandCounts, more: StrandCounts): StrandCounts {
  const added = new Map(Object.entries(counts));
  for (const [strand, count] of Object.entries(more)) added.set(strand, (added.get(strand) ?? 0) + count);
  return Object.fromEntries(added);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
