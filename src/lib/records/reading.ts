const infants = ['N', 'R', '1', '2'];
const beforeReading = ['N', 'R', '1'];

/** How much of a screen is words: `few` for who reads little, with pictures to press and ears to hear. */
export const wordings = ['few', 'all'] as const;
export type Wording = (typeof wordings)[number];

/** Reception to Year 2: larger things to press. A class is so where all its year groups are. */
export function areInfants(yearGroups: readonly string[]): boolean {
  return isWithin(yearGroups, infants);
}

/** What a child sees who has chosen nothing: Reception and Year 1 have pictures alone. */
export function usualWording(yearGroups: readonly string[]): Wording {
  return isWithin(yearGroups, beforeReading) ? 'few' : 'all';
}

function isWithin(yearGroups: readonly string[], some: readonly string[]): boolean {
  return yearGroups.length > 0 && yearGroups.every((year) => some.includes(year));
}
