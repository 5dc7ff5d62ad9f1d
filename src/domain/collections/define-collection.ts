import * as v from 'valibot';
import { uuid } from '../ids.ts';
import type { Audience } from '../permissions/audiences.ts';
import type { WritePermissionName } from '../permissions/catalogue.ts';

/** How a field that stands in an index is stored: the device's storage needs its greatest length. */
export type IndexedFieldType = 'uuid' | 'date' | 'text';

export interface CollectionDefinition<Name extends string = string, Schema extends v.GenericSchema = v.GenericSchema> {
  readonly name: Name;
  /** The audiences in whose buckets the collection's documents lie (S4). */
  readonly audiences: readonly Audience[];
  /** The permissions by which each kind of push may be, any of them where it reaches the document's scope; null where only the server writes (S12). */
  readonly pushedBy: { readonly create: readonly WritePermissionName[]; readonly update: readonly WritePermissionName[] | null } | null;
  /** One document as it stands on the device: id, version of the school's clock (0 until the server has it), fields. */
  readonly schema: Schema;
  /** Fields in indexes on the device, with their types. */
  readonly indexedFields: Readonly<Record<string, IndexedFieldType>>;
  /** Indexes on the device, each a list of field names; as few as the screens need. */
  readonly indexes: readonly (readonly string[])[];
  /** Small, and needed by every screen: the first answer carries it whole (S11). */
  readonly comesWholeFirst: boolean;
}

/** What each synced document has: S6 delivers `version` with it. */
export const documentEntries = {
  id: uuid,
  version: v.pipe(v.number(), v.integer(), v.minValue(0)),
};

/** Declares one synced collection: its documents, for whom they are, who may push them, how a device indexes them. */
export function defineCollection<const Name extends string, Schema extends v.GenericSchema>(
  definition: CollectionDefinition<Name, Schema>,
): CollectionDefinition<Name, Schema> {
  return definition;
}
