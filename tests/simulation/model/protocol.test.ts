import { afterAll, describe, expect, test } from 'vitest';
import { History } from './history.ts';
import { Broken, brokenVariants, type BrokenVariant, type Variant } from './variant.ts';

/**
 * The protocol without network, browser and database: the product's paging, comparing and merging between a clock, an index
 * and devices that all are a few lines. The right one holds over thousands of histories; one that is built in a usual wrong
 * way is caught. `HISTORIES=100000 npm test -- simulation` runs more.
 */
const histories = Number(process.env['HISTORIES'] ?? 10_000);
/** Histories that have shown a fault of the rules themselves. */
const failedOnce: readonly [seed: number, what: string][] = [
  [42, 'S11, S27 · what goes while a first sync begins anew does not stay'],
  [8573, 'S3, S21 · a floor of an earlier epoch outlives the pages of the later one'],
];
const variants = Object.keys(brokenVariants) as BrokenVariant[];
const caught: string[] = [];
let held = 0;

function firstBroken(variant: Variant, from: number, count: number): { seed: number; broken: Broken; log: readonly string[] } | null {
  for (let seed = from; seed < from + count; seed++) {
    const history = new History(seed, variant);
    try {
      history.run();
    } catch (broken) {
      if (!(broken instanceof Broken)) throw broken;
      return { seed, broken, log: history.log };
    }
  }
  return null;
}

afterAll(() => {
  console.log(
    `model: ${String(held)} histories hold; ${String(caught.length)} of ${String(variants.length)} broken variants caught: ${caught.join(', ')}`,
  );
});

describe('the model of the protocol', () => {
  test(`I2–I7 · the rules hold over ${String(histories)} histories`, { timeout: 600_000 }, () => {
    const found = firstBroken('right', 1, histories);
    if (found) expect.fail(`seed ${String(found.seed)}: ${found.broken.message}\n${found.log.join('\n')}`);
    held = histories;
  });

  for (const [seed, what] of failedOnce)
    test(`${what} (history ${String(seed)})`, () => {
      expect(firstBroken('right', seed, 1)).toBeNull();
    });

  for (const variant of variants) {
    const { rule, shows } = brokenVariants[variant];
    test(`${rule} · '${variant}' is caught by ${shows.join(' or ')}`, () => {
      const found = firstBroken(variant, 1, 500);
      expect(shows).toContain(found?.broken.invariant);
      caught.push(`${variant} (${String(found?.broken.invariant)}, history ${String(found?.seed)})`);
    });
  }
});
