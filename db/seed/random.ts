import { createHash } from 'node:crypto';

/** A stream of chance that is the same for the same key, on every machine and in every run. */
export interface Random {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Picks by weight: `[['often', 9], ['seldom', 1]]`. */
  weighted<Item>(choices: readonly (readonly [Item, number])[]): Item;
  shuffle<Item>(items: readonly Item[]): Item[];
}

/** Each thing draws from a stream of its own, named by its key: what is added beside it never changes it. */
export function randomFor(...key: readonly string[]): Random {
  let state = createHash('sha256').update(key.join('|')).digest().readUInt32LE(0);
  // mulberry32: small, fast, and even enough for a demo.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[int(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from');
    return item;
  };
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    weighted(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of choices) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(choices)[0];
    },
    shuffle(items) {
      return items
        .map((item) => ({ item, at: next() }))
        .sort((one, other) => one.at - other.at)
        .map(({ item }) => item);
    },
  };
}
