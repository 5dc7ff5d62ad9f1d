import type { CollectionName } from '../../collections/index.ts';
import type { Fields } from '../merge.ts';

/**
 * What one change in the shape of a collection's documents means (S28). `up` and `down` are pure, take documents of which
 * fields are missing (a tombstone has but those that devices index), and leave `id`, `version` and `_deleted` alone.
 */
export interface Lens {
  readonly collection: CollectionName;
  /** The schema number that has the new shape; the one before has the old. */
  readonly number: number;
  /** From the old shape. What it does not tell stays missing: a field that is missing is unknown, never null. */
  readonly up: (document: Fields) => Fields;
  /** To the old shape: all that an app of then knows, and nothing else. */
  readonly down: (document: Fields) => Fields;
  /** What the new shape demands and the old one does not tell, for a document that an app of then has made. */
  readonly initial: Fields;
}

/** The schema number of today, after all these changes. */
export function numberAfter(lenses: readonly Lens[]): number {
  return Math.max(1, ...lenses.map(({ number }) => number));
}

/** For a shape that does not have this field yet. */
export function without(field: string): (document: Fields) => Fields {
  return (document) => Object.fromEntries(Object.entries(document).filter(([name]) => name !== field));
}
