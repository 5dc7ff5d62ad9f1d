import type { RxDocumentData } from 'rxdb/plugins/core';
import type { CollectionName } from '#domain/collections/index.ts';
import { isSameContent } from '#domain/sync/merge.ts';
import { UnsentList, type UnsentRow } from '../unsent-list.ts';
import type { LogNames } from './log-names.ts';

export type LogDocument = RxDocumentData<{ readonly id: string; readonly [field: string]: unknown }>;

/** Documents of one collection as they were written together. */
export interface LogWrite {
  /** One of RxDB's: a synced collection, its replication's notes, or RxDB's own store. */
  readonly collection: string;
  /** A person wrote it on this device; false where it came from the server, or is a note of replication. */
  readonly isOwn: boolean;
  readonly documents: readonly LogDocument[];
}

/** A note of replication: what the server is known to have of one document. */
export interface ReplicationNote {
  readonly isCheckpoint: '0' | '1';
  readonly itemId: string;
  readonly docData?: Readonly<Record<string, unknown>>;
}

/** What a log says, write by write. */
export class LogState {
  /** The person's work that the server has not acknowledged: it follows from the documents and replication's notes alone. */
  readonly unsent = new UnsentList();
  readonly #names: LogNames;
  readonly #collections = new Map<string, Map<string, LogDocument>>();
  #live = 0;
  #written = 0;
  #isForgetting = false;

  constructor(names: LogNames) {
    this.#names = names;
  }

  /** The log holds words of documents that are gone (S27): it has to be rewritten. */
  get isForgetting(): boolean {
    return this.#isForgetting;
  }

  /** Documents written for each that stands. */
  get growth(): number {
    return this.#written / Math.max(1, this.#live);
  }

  get written(): number {
    return this.#written;
  }

  documents(collection: string): ReadonlyMap<string, LogDocument> {
    return this.#of(collection);
  }

  get collections(): Iterable<string> {
    return this.#collections.keys();
  }

  /** What waits, with what the server is known to have of it; oldest first. */
  unsentRows(): UnsentRow[] {
    return this.unsent.all().flatMap(({ collection, id }) => {
      const document = this.#of(collection).get(id);
      if (!document) return [];
      const subject = this.#names.pushed(collection);
      const note = subject && this.#of(subject.notesIn).get(noteId(id));
      const { _rev: revision, _meta, _attachments, ...own } = document;
      return [{ collection, id, revision, assumed: (note && toNote(note).docData) ?? null, own }];
    });
  }

  /** @returns whether the list of what waits has changed */
  apply({ collection, isOwn, documents }: LogWrite): boolean {
    const standing = this.#of(collection);
    for (const document of documents) {
      const before = standing.get(document.id);
      if (!before) this.#live++;
      else if (isGone(document) && !isGone(before)) this.#isForgetting = true;
      standing.set(document.id, document);
    }
    this.#written += documents.length;
    return this.#noteUnsent(collection, isOwn, documents);
  }

  /** The log has been rewritten from this state. */
  rewritten(): void {
    this.#written = this.#live;
    this.#isForgetting = false;
  }

  /** Lets go of what has been gone since before `before`. @returns false where one of them still waits for the server: then nothing goes */
  cleanUp(collection: string, before: number): boolean {
    const standing = this.#of(collection);
    const gone = [...standing.values()].filter(({ _deleted, _meta }) => _deleted && _meta.lwt <= before);
    const subject = this.#names.pushed(collection)?.name;
    if (subject !== undefined && gone.some(({ id }) => this.unsent.has(subject, id))) return false;
    for (const { id } of gone) standing.delete(id);
    this.#live -= gone.length;
    this.#isForgetting ||= gone.length > 0;
    return true;
  }

  /** What RxDB has removed as a whole. */
  drop(collection: string): void {
    this.#live -= this.#of(collection).size;
    this.#collections.delete(collection);
    this.#isForgetting = true;
  }

  #noteUnsent(collection: string, isOwn: boolean, documents: readonly LogDocument[]): boolean {
    const subject = this.#names.pushed(collection);
    if (!subject) return false;
    const { name, notesIn } = subject;
    let isChanged = false;
    if (collection === notesIn) {
      const work = this.#of(name);
      for (const note of documents.map(toNote)) {
        const document = note.isCheckpoint === '0' ? work.get(note.itemId) : undefined;
        if (document) isChanged = this.#judge(name, document, note) || isChanged;
      }
    } else if (isOwn) {
      const notes = this.#of(notesIn);
      for (const document of documents) {
        const note = notes.get(noteId(document.id));
        isChanged = this.#judge(name, document, note && toNote(note)) || isChanged;
      }
    }
    return isChanged;
  }

  #judge(collection: CollectionName, document: LogDocument, note: ReplicationNote | undefined): boolean {
    const { id } = document;
    if (note?.docData && isSameContent(note.docData, document)) {
      if (!this.unsent.has(collection, id)) return false;
      this.unsent.remove([{ collection, id }]);
    } else {
      this.unsent.add([{ collection, id, since: new Date(document._meta.lwt).toISOString() }]);
    }
    return true;
  }

  #of(collection: string): Map<string, LogDocument> {
    const standing = this.#collections.get(collection) ?? new Map<string, LogDocument>();
    this.#collections.set(collection, standing);
    return standing;
  }
}

/** The document itself, or what a note quotes of it: a slow device may note much later than it lets go. */
function isGone(document: LogDocument): boolean {
  return document._deleted || toNote(document).docData?.['_deleted'] === true;
}

/** RxDB's composed key of a note on one document. */
export function noteId(documentId: string): string {
  return `${documentId}|0`;
}

export function toNote(document: LogDocument): LogDocument & ReplicationNote {
  // RxDB is pinned to the exact version whose notes have this shape; it alone writes these collections.
  return document as unknown as LogDocument & ReplicationNote;
}
