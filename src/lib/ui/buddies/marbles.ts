import { jarSize } from '#domain/buddies/jar.ts';

export interface Marble {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** In the jar's drawing, 160 wide: rows from its ground up, of six and five by turns, so that each lies between those below. */
const ground = 171;
const rise = 16.6;
const across = 18.4;
const colours = ['#d4553f', '#f6c94f', '#4a9562', '#5c8fc4', '#b58bd0', '#ee8a6c', '#84bd6d'] as const;

/** Where the marbles of a jar lie, the first lowest. One that is there stays where it is as others come. */
export function marblesIn(count: number): Marble[] {
  return places.slice(0, Math.min(count, jarSize));
}

const places: readonly Marble[] = Array.from({ length: 7 }, (_, row) => {
  const inRow = row % 2 === 0 ? 6 : 5;
  return Array.from({ length: inRow }, (_unused, place) => ({ row, place, inRow }));
})
  .flat()
  .slice(0, jarSize)
  .map(({ row, place, inRow }, index) => ({
    x: 80 + (place - (inRow - 1) / 2) * across,
    y: ground - row * rise,
    colour: colours[(index * 3) % colours.length] ?? colours[0],
  }));
