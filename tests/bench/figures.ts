import { must } from '#domain/must.ts';

/** The same thing measured several times, in milliseconds. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly values: readonly number[];
}

export function figure(values: readonly number[]): Figure {
  return { median: quantile(values, 0.5), least: Math.min(...values), most: Math.max(...values), values };
}

/** By linear interpolation between closest ranks (the method of R-7). @param share 0 … 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const rank = share * (sorted.length - 1);
  const below = must(sorted[Math.floor(rank)], 'there are values');
  const above = must(sorted[Math.ceil(rank)], 'there are values');
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Runs the contenders in turn, so that what slows the machine for a while slows them all. */
export async function interleaved<Name extends string, Result>(
  times: number,
  contenders: Readonly<Record<Name, () => Promise<Result>>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name): [Name, Result[]] => [name, []])) as Record<Name, Result[]>;
  for (let time = 0; time < times; time++) for (const name of names) results[name].push(await contenders[name]());
  return results;
}
