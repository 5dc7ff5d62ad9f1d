/** A buddy group has three or four children. */
export const groupSizes = { least: 3, most: 4 } as const;

/**
 * Shares children out into groups by chance alone: nothing that is known of them weighs. As few are left over as can be: none,
 * but of one, two or five.
 *
 * @param random from 0 up to 1
 */
export function proposeGroups<Child>(children: readonly Child[], random: () => number): Child[][] {
  const drawn = shuffled(children, random);
  return sizesFor(drawn.length).map((size) => drawn.splice(0, size));
}

/** Fours, and threes where fours alone would leave somebody over. */
function sizesFor(count: number): number[] {
  const { least, most } = groupSizes;
  if (count < least) return [];
  const threes = Math.min((most - (count % most)) % most, Math.floor(count / least));
  const fours = Math.floor((count - threes * least) / most);
  const isWhole = threes * least + fours * most === count;
  // Five is no sum of threes and fours.
  return isWhole ? [...Array<number>(fours).fill(most), ...Array<number>(threes).fill(least)] : [most];
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const keyed = items.map((item) => ({ item, at: random() }));
  return keyed.sort((one, other) => one.at - other.at).map(({ item }) => item);
}
