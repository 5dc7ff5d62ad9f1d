import {
  fillWithDefaultSettings,
  type BulkWriteRow,
  type RxDocumentData,
  type RxJsonSchema,
  type RxStorage,
  type RxStorageInstance,
} from 'rxdb/plugins/core';
import { v7 as uuidv7 } from 'uuid';
import { collections } from '#domain/collections/index.ts';
import { jsonSchemaOf, type StoredDocument } from '../json-schema.ts';

type Stored = RxDocumentData<StoredDocument>;
export type Row = BulkWriteRow<StoredDocument>;
export type Instance = RxStorageInstance<StoredDocument, unknown, unknown>;

/** A place where a storage keeps what is written, and doors to it. */
export interface StoragePlace {
  /** A storage over this place as another tab, or the next run of the app, would make it. */
  storage(): RxStorage<unknown, unknown>;
}

export const completionsSchema = fillWithDefaultSettings(jsonSchemaOf(collections.completions));

/** Doors of one database in one place; what a test opens it closes. */
export class Doors {
  readonly databaseName = `contract-${uuidv7()}`;
  readonly #place: StoragePlace;
  readonly #open = new Set<RxStorageInstance<unknown, unknown, unknown>>();

  constructor(place: StoragePlace) {
    this.#place = place;
  }

  completions(isShared = false): Promise<Instance> {
    return this.open('completions', completionsSchema, isShared);
  }

  async open<Document>(
    collectionName: string,
    schema: RxJsonSchema<RxDocumentData<Document>>,
    multiInstance = false,
  ): Promise<RxStorageInstance<Document, unknown, unknown>> {
    const instance = await this.#place.storage().createStorageInstance<Document>({
      databaseInstanceToken: uuidv7(),
      databaseName: this.databaseName,
      collectionName,
      schema,
      options: {},
      multiInstance,
      devMode: false,
    });
    this.#open.add(instance as RxStorageInstance<unknown, unknown, unknown>);
    return instance;
  }

  async close(instance: Pick<Instance, 'close'>): Promise<void> {
    this.#open.delete(instance as RxStorageInstance<unknown, unknown, unknown>);
    await instance.close();
  }

  async closeAll(): Promise<void> {
    for (const instance of this.#open) await this.close(instance);
  }
}

let stamps = 0;

/** What RxDB adds to a document before a storage sees it: each with a later time than the one before. */
export function stamp<Document extends object>(document: Document, before?: { readonly _rev: string }): RxDocumentData<Document> {
  const height = Number(before?._rev.split('-')[0] ?? 0) + 1;
  const _meta = { lwt: 1_795_000_000_000 + ++stamps };
  return { _deleted: false, ...document, _attachments: {}, _rev: `${String(height)}-contract${String(stamps)}`, _meta };
}

export function piece(fields: Readonly<Record<string, unknown>> = {}): Stored {
  const content = { version: 0, studentId: uuidv7(), completionDate: '2026-11-24', minutes: 10, writtenWork: 'Seven eights.' };
  return stamp({ id: uuidv7(), ...content, ...fields });
}

/** The same document, changed. */
export function changed(before: Stored, fields: Readonly<Record<string, unknown>>): Stored {
  return stamp({ ...before, ...fields }, before);
}

export function gone(before: Stored): Stored {
  return stamp({ ...before, _deleted: true }, before);
}

export function row(document: Stored, previous?: Stored): Row {
  return previous ? { document, previous } : { document };
}

export function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
