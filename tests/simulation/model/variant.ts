/** How the model follows the rules, or which one rule it breaks: every broken variant is a way in which sync is often built. */
export type Variant = 'right' | BrokenVariant;

/** Each with the rule that it breaks and the invariants that may show it. The last three are there so that every check has bitten. */
export const brokenVariants = {
  'no effective version': { rule: 'S6', shows: ['I2', 'I4', 'I7'] },
  'no tombstones': { rule: 'S2', shows: ['I4'] },
  'wrong cut-off': { rule: 'S6', shows: ['I4'] },
  'updated_at cursor': { rule: 'S1', shows: ['I2', 'I4', 'I7'] },
  'filter after limit': { rule: 'S10', shows: ['I2', 'I4', 'I7'] },
  'checkpoint past a failed batch': { rule: 'S24', shows: ['I2', 'I4', 'I7'] },
  'no floor': { rule: 'S21', shows: ['I2', 'I4', 'I7'] },
  'no comparison': { rule: 'S13', shows: ['I5'] },
  'conflicts show everything': { rule: 'S14', shows: ['I6'] },
} as const;

export type BrokenVariant = keyof typeof brokenVariants;
export type Invariant = 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7';

/** An invariant that does not hold, and where. */
export class Broken extends Error {
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}
