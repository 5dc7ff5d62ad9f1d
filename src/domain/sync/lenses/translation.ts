import type { CollectionName } from '../../collections/index.ts';
import type { Fields } from '../merge.ts';
import type { WireDocument } from '../protocol.ts';
import type { Lens } from './lens.ts';

/** Between the shape of a collection's documents that an older app knows, and today's. */
export interface Translation {
  /** To today's shape; what the older does not tell stays missing. */
  lift(document: Fields): Fields;
  /** To today's shape, for a document that the older app has made. */
  create(document: Fields): Fields;
  /** To the older shape. */
  lower(document: Fields): Fields;
}

/** @returns null where the collection has not changed since `number` */
export function translationSince(lenses: readonly Lens[], collection: CollectionName, number: number): Translation | null {
  const since = lenses
    .filter((lens) => lens.collection === collection && lens.number > number)
    .sort((one, other) => one.number - other.number);
  if (since.length === 0) return null;
  return {
    lift: (document) => since.reduce((lifted, lens) => lens.up(lifted), document),
    create: (document) => since.reduce<Fields>((lifted, lens) => ({ ...lens.initial, ...lens.up(lifted) }), document),
    lower: (document) => since.reduceRight((lowered, lens) => lens.down(lowered), document),
  };
}

/** A document on its way to an older app. */
export function lowerDocument(translation: Translation | null, document: WireDocument): WireDocument {
  if (!translation) return document;
  const { id, version, _deleted } = document;
  return { ...translation.lower(document), id, version, _deleted };
}
