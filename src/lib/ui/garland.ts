/** Leaves on a ring: one a done day, as far as a ring holds. */
export interface GarlandLeaf {
  /** Degrees clockwise from the top. */
  readonly angle: number;
  readonly isInner: boolean;
  readonly isNewest: boolean;
}

export interface GarlandPlan {
  readonly leaves: readonly GarlandLeaf[];
  /** Places that stand open, drawn as outlines: at most two, so that they invite and do not ask. */
  readonly openings: readonly Omit<GarlandLeaf, 'isNewest'>[];
  /** Angles of berries, one for each day after the ring is full of leaves. */
  readonly berries: readonly number[];
}

const places = 18;
const fullRing = 2 * places;

/**
 * Where the leaves of a run of `run` days go. The first 18 stand in turn outside and inside the ring; the next 18
 * fill the sides left free; then berries come, 18 of them, and after 54 days the ring is full: the number goes on.
 */
export function garlandPlan(run: number): GarlandPlan {
  const days = Math.max(0, Math.floor(run));
  const leafCount = Math.min(days, fullRing);
  const leaves = Array.from({ length: leafCount }, (_, index) => ({ ...placeOf(index), isNewest: index === days - 1 }));
  const openings = Array.from({ length: Math.min(2, fullRing - leafCount) }, (_, index) => placeOf(leafCount + index));
  const berries = Array.from({ length: Math.min(places, Math.max(0, days - fullRing)) }, (_, index) => (index * 360) / places + 10);
  return { leaves, openings, berries };
}

function placeOf(index: number): { angle: number; isInner: boolean } {
  const place = index % places;
  const isSecondRound = index >= places;
  return { angle: (place * 360) / places, isInner: (place % 2 === 1) !== isSecondRound };
}
