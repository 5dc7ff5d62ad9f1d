import type { CollectionName } from '../../collections/index.ts';
import type { Fields } from '../merge.ts';
import type { WireDocument } from '../protocol.ts';
import type { Lens } from './lens.ts';

/** Between the shape of a collection's documents that an app of some age knows, and today's. */
export interface Translation {
  /** To today's shape; what the app's does not tell stays missing. */
  lift(document: Fields): Fields;
  /** To today's shape, for a document that the app has made: what it did not know of is as the lenses say. */
  create(document: Fields): Fields;
  /** To the shape that the app knows. */
  lower(document: Fields): Fields;
}

const asItIs = (document: Fields): Fields => document;

/** @param number the schema number of the app */
export function translationSince(lenses: readonly Lens[], collection: CollectionName, number: number): Translation {
  const all = lenses.filter((lens) => lens.collection === collection).sort((one, other) => one.number - other.number);
  const since = all.filter((lens) => lens.number > number);
  const initial = all.reduce<Fields>((known, lens) => ({ ...lens.initial, ...lens.up(known) }), {});
  const lift = since.length > 0 ? (document: Fields) => since.reduce((lifted, lens) => lens.up(lifted), document) : asItIs;
  return {
    lift,
    // A device that was updated may still have made it before.
    create: all.length > 0 ? (document) => ({ ...initial, ...lift(document) }) : asItIs,
    lower: since.length > 0 ? (document) => since.reduceRight((lowered, lens) => lens.down(lowered), document) : asItIs,
  };
}

/** A document on its way to an app of another age. */
export function lowerDocument({ lower }: Translation, document: WireDocument): WireDocument {
  const { id, version, _deleted } = document;
  return lower === asItIs ? document : { ...lower(document), id, version, _deleted };
}
