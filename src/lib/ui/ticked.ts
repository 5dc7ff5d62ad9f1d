/**
 * What is chosen once one more box is ticked, or one less. Lists that are searched cannot use `bind:group`: it takes the boxes in
 * sight for all, and would drop whoever was chosen before the search.
 */
export function ticked(chosen: readonly string[], id: string, isTicked: boolean): string[] {
  const others = chosen.filter((one) => one !== id);
  return isTicked ? [...others, id] : others;
}
