import * as v from 'valibot';
import { collectionNames } from '../collections/index.ts';
import { uuid } from '../ids.ts';
import { lenses } from './lenses/index.ts';
import { numberAfter } from './lenses/lens.ts';

/** The number a client sends with each call (S28); a change in the shape of a collection's documents raises it. */
export const schemaNumber = numberAfter(lenses);

export const pageLimit = { least: 1, most: 2000 } as const;

const position = v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), uuid]);

/** Where a client stands in one collection (S9): forward to what is new, back to what a first sync still owes (S11). */
export const checkpoint = v.object({
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
  forward: position,
  back: v.nullable(position),
});
export type Checkpoint = v.InferOutput<typeof checkpoint>;

const collectionName = v.picklist(collectionNames);

/** A document on the wire. A tombstone has `_deleted: true` and neutral values in every required field (S10). */
export const wireDocument = v.looseObject({ id: uuid, version: v.number(), _deleted: v.boolean() });
export type WireDocument = v.InferOutput<typeof wireDocument>;

/** `unsent`: how many documents wait on the device; only a device with none advances its last contact. */
export const pullRequest = v.strictObject({
  schema: v.pipe(v.number(), v.integer()),
  unsent: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  device: v.optional(uuid),
  collections: v.record(
    collectionName,
    v.strictObject({ checkpoint: v.nullable(checkpoint), limit: v.optional(v.pipe(v.number(), v.integer()), 1000) }),
  ),
});
export type PullRequest = v.InferInput<typeof pullRequest>;

export const pullPage = v.object({ documents: v.array(wireDocument), checkpoint, isCaughtUp: v.boolean() });
export type PullPage = v.InferOutput<typeof pullPage>;

export const pullResponse = v.object({
  collections: v.record(collectionName, pullPage),
  serverTime: v.string(),
});
export type PullResponse = v.InferOutput<typeof pullResponse>;

export const pushRow = v.strictObject({
  assumedMasterState: v.optional(v.nullable(v.looseObject({ id: uuid }))),
  newDocumentState: v.looseObject({ id: uuid, _deleted: v.optional(v.boolean()) }),
});
export const pushRequest = v.strictObject({
  schema: v.pipe(v.number(), v.integer()),
  device: v.optional(uuid),
  collection: collectionName,
  rows: v.pipe(v.array(pushRow), v.maxLength(1000)),
});
export type PushRequest = v.InferInput<typeof pushRequest>;

export const rejection = v.object({ id: uuid, code: v.string(), message: v.string() });
export type Rejection = v.InferOutput<typeof rejection>;

/** `conflicts`: the master's state of each row that was not applied, a tombstone where the caller may not see one (S14). */
export const pushResponse = v.object({ conflicts: v.array(wireDocument), rejections: v.array(rejection) });
export type PushResponse = v.InferOutput<typeof pushResponse>;

/** S23: per collection the number of documents the device holds and SHA-256 (hex) over `id:version` lines sorted by id. */
export const digestRequest = v.strictObject({
  schema: v.pipe(v.number(), v.integer()),
  collections: v.record(collectionName, v.strictObject({ count: v.number(), hash: v.string() })),
});
export type DigestRequest = v.InferInput<typeof digestRequest>;

/**
 * For a collection that differs: every id and version that the caller should hold; the device heals from it, unless the answer is
 * of another epoch than its checkpoints (S3).
 */
export const digestResponse = v.object({
  epoch: v.number(),
  collections: v.record(
    collectionName,
    v.union([v.object({ matches: v.literal(true) }), v.object({ matches: v.literal(false), versions: v.array(position) })]),
  ),
});
export type DigestResponse = v.InferOutput<typeof digestResponse>;

/** What the stream says: the school's clock has reached `version`, and something of the caller's has changed (S18). */
export const poke = v.object({ version: v.number() });

/** The line that both sides hash for one document in a digest. */
export function digestLine(id: string, version: number): string {
  return `${id}:${version}\n`;
}
