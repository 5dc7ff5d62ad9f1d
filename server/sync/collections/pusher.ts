import type * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import type { ErrorCode } from '#domain/errors.ts';
import type { Transaction } from '../../database/connections.ts';
import type { Entered } from '../../database/enter.ts';
import type { Rules } from '../push-decision.ts';
import type { Ciphers } from './reader.ts';

export interface WriteContext {
  readonly deviceId: string | null;
  readonly ciphers: Ciphers;
  readonly schoolId: string;
}

/** How one collection's pushed documents are checked and written; each statement serves a whole batch. */
export interface CollectionPusher<Document extends { readonly id: string }> {
  readonly collection: CollectionName;
  readonly schema: v.GenericSchema<unknown, Document>;
  readonly rules: Rules;
  /** Fields that hold an instant, which the same moment can be written in several ways. */
  readonly instants: readonly string[];
  /** What only this collection asks of a document, beside its schema; null: nothing is wrong. */
  fault(document: Document, entered: Entered): ErrorCode | null;
  /** Whose keys (school or student) what is written of it is sealed with. */
  subjectsOf(document: Document, schoolId: string): readonly string[];
  /** What is answered where such a key is gone. */
  readonly codeWithoutKey: ErrorCode;
  /** Keeps others from changing these rows until the commit, as far as the caller may change them. */
  lock(sql: Transaction, ids: readonly string[]): Promise<void>;
  /** Returns the ids of rows that were not there before. */
  insert(sql: Transaction, documents: readonly Document[], context: WriteContext): Promise<readonly string[]>;
  /** Returns the ids of rows that the policies let change. */
  update(sql: Transaction, documents: readonly Document[], context: WriteContext): Promise<readonly string[]>;
  /** Returns the ids of rows that the policies let go. */
  remove(sql: Transaction, ids: readonly string[]): Promise<readonly string[]>;
}

/** The fields of a schema that make a document's content. */
export function contentFields(schema: { readonly entries: Readonly<Record<string, unknown>> }): string[] {
  return Object.keys(schema.entries).filter((field) => field !== 'id' && field !== 'version');
}

/** `\x…`: how bytes stand in a JSON parameter that PostgreSQL reads as bytea. */
export function bytesToJson(bytes: Buffer | null): string | null {
  return bytes && `\\x${bytes.toString('hex')}`;
}
