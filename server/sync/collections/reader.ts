import type { PendingQuery, Row } from 'postgres';
import type { SubjectCipher } from '../../database/crypto/keyring.ts';
import type { Transaction } from '../../database/connections.ts';

/** A row of the index, as `app.changes` gives it, with whether the policies showed its content. */
export interface IndexRow {
  readonly document_id: string;
  readonly version: number;
  readonly effective_version: number;
  readonly is_deleted: boolean;
  /** Where the row stands in the page: a join keeps no order. */
  readonly position: number;
  /** The content is there and the policies show it. */
  readonly is_present: boolean;
}

/** `from` item: which documents, of which version; see `sources.ts`. */
export type Source = PendingQuery<Row[]>;

/** The ciphers of the subjects whose keys a page's content is under. */
export interface Ciphers {
  (subjectId: string): SubjectCipher;
  /** False where the subject's key was erased, and with it everything that was sealed for it. */
  has(subjectId: string): boolean;
}

/** How one collection's documents are read: content by the index's rows, under row level security, in one statement. */
export interface CollectionReader<Found extends IndexRow = IndexRow, Document extends object = object> {
  select(sql: Transaction, source: Source): PromiseLike<readonly Found[]>;
  /** Whose keys (school or student) the row's encrypted columns are under. */
  subjectsOf(row: Found, schoolId: string): readonly string[];
  /** The document as the collection's schema has it, but for `id` and `version`. */
  toContent(row: Found, ciphers: Ciphers, schoolId: string): Document;
}

/** Declares a reader; keeps its row's type. */
export function defineReader<Found extends IndexRow, Document extends object>(
  reader: CollectionReader<Found, Document>,
): CollectionReader<Found, Document> {
  return reader;
}
