import type { RxDocumentData } from 'rxdb/plugins/core';

export type LogDocument = RxDocumentData<{ readonly id: string; readonly [field: string]: unknown }>;

/** Documents of one collection as they were written together. */
export interface LogWrite {
  /** One of RxDB's: a synced collection, its replication's notes, or RxDB's own store. */
  readonly collection: string;
  /** A person wrote it on this device; false where it came from the server, or is a note of replication. */
  readonly isOwn: boolean;
  readonly documents: readonly LogDocument[];
  /** Notes that are not written out. */
  readonly quotes?: readonly QuotedNote[];
}

/** A note of replication: what the server is known to have of one document. */
export interface ReplicationNote {
  readonly isCheckpoint: '0' | '1';
  readonly itemId: string;
  readonly docData?: Readonly<Record<string, unknown>>;
}

/**
 * A replication's note that says just what its document said at that place of the log: the content is not written twice.
 * `[document id, revision, time, revision of a resolved conflict]`
 */
export type NoteByReference = readonly [itemId: string, revision: string, lwt: number, isResolvedConflict?: string];

/** Such a note, with the document that it is about. */
export interface QuotedNote {
  readonly reference: NoteByReference;
  readonly subject: LogDocument;
}

/** RxDB's composed key of a note on one document. */
export function noteId(documentId: string): string {
  return `${documentId}|0`;
}

export function toNote(document: LogDocument): LogDocument & ReplicationNote {
  // RxDB is pinned to the exact version whose notes have this shape; it alone writes these collections.
  return document as unknown as LogDocument & ReplicationNote;
}

/** The document itself, or what a note quotes of it: a slow device may note much later than it lets go. */
export function isGone(document: LogDocument): boolean {
  return document._deleted || toNote(document).docData?.['_deleted'] === true;
}

/** The note as RxDB wrote it. */
export function writtenOut({ reference: [itemId, revision, lwt, isResolvedConflict], subject }: QuotedNote): LogDocument {
  const { _rev, _meta, _attachments, ...docData } = subject;
  return {
    id: noteId(itemId),
    isCheckpoint: '0',
    itemId,
    docData,
    ...(isResolvedConflict !== undefined && { isResolvedConflict }),
    _attachments: {},
    _deleted: false,
    _rev: revision,
    _meta: { lwt },
  };
}
