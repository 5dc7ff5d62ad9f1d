/** What one child's week comes to on the boards of their class, as the streak judges it. */
export interface BoardWeek {
  /** Distinct done days. */
  readonly have: number;
  /** Days that meet the child's own week. */
  readonly need: number;
}

/** The week asked something of the child, or the child did something all the same: a week off counts neither way. */
export function counts({ have, need }: BoardWeek): boolean {
  return need > 0 || have > 0;
}

export function isMet({ have, need }: BoardWeek): boolean {
  return have > 0 && have >= need;
}
