/** The points at which a level begins: 0, 50, 150, 300, 500 … */
export function pointsOfLevel(level: number): number {
  return 25 * level * (level - 1);
}

/** The level that a child with so many points is on, from 1. */
export function levelOf(points: number): number {
  let level = 1;
  while (pointsOfLevel(level + 1) <= points) level++;
  return level;
}
