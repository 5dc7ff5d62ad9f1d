import type { CollectionName } from '#domain/collections/index.ts';
import { isSameContent } from '#domain/sync/merge.ts';
import { UnsentList, type UnsentRow } from '../unsent-list.ts';
import { isGone, noteId, toNote, type LogDocument, type LogWrite, type QuotedNote, type ReplicationNote } from './log-document.ts';
import type { LogNames } from './log-names.ts';
import { StandingDocuments } from './standing-documents.ts';

/** What a log says, write by write. */
export class LogState {
  /** The person's work that the server has not acknowledged: it follows from the documents and replication's notes alone. */
  readonly unsent = new UnsentList();
  readonly #names: LogNames;
  readonly #collections = new Map<string, StandingDocuments>();
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

  /** Documents that stand, those among them that are gone. */
  get size(): number {
    return this.#live;
  }

  get written(): number {
    return this.#written;
  }

  documents(collection: string): ReadonlyMap<string, LogDocument> {
    return this.#of(collection).all();
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
  apply({ collection, isOwn, documents, quotes = [] }: LogWrite): boolean {
    const standing = this.#of(collection);
    for (const document of documents) {
      this.#count(standing.isGone(document.id), () => isGone(document));
      standing.set(document);
    }
    for (const quote of quotes) {
      this.#count(standing.isGone(noteId(quote.reference[0])), () => quote.subject._deleted);
      standing.quote(quote);
    }
    this.#written += documents.length + quotes.length;
    const isChanged = this.#noteUnsent(collection, isOwn, documents);
    return this.#noteQuoted(collection, quotes) || isChanged;
  }

  /** @param wasGone null where nothing was there */
  #count(wasGone: boolean | null, isNowGone: () => boolean): void {
    if (wasGone === null) this.#live++;
    else if (!wasGone && isNowGone()) this.#isForgetting = true;
  }

  /** The log has been rewritten from this state. */
  rewritten(): void {
    this.#written = this.#live;
    this.#isForgetting = false;
  }

  /** Lets go of what has been gone since before `before`. @returns false where one of them still waits for the server: then nothing goes */
  cleanUp(collection: string, before: number): boolean {
    const standing = this.#of(collection);
    const gone = [...standing.all().values()].filter(({ _deleted, _meta }) => _deleted && _meta.lwt <= before);
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

  /** What a note quotes is what stands, so that nothing of it waits. */
  #noteQuoted(collection: string, quotes: readonly QuotedNote[]): boolean {
    const name = this.#names.pushed(collection)?.name;
    if (name === undefined || !this.unsent.hasAny(name)) return false;
    const sent = quotes.filter(({ subject }) => this.unsent.has(name, subject.id));
    this.unsent.remove(sent.map(({ subject }) => ({ collection: name, id: subject.id })));
    return sent.length > 0;
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

  #of(collection: string): StandingDocuments {
    const standing = this.#collections.get(collection) ?? new StandingDocuments();
    this.#collections.set(collection, standing);
    return standing;
  }
}
