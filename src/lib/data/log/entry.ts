import { must } from '#domain/must.ts';
import { numberAfter } from '#domain/sync/lenses/lens.ts';
import { liftDocuments } from './lift-documents.ts';
import { toNote, type LogDocument, type LogWrite, type NoteByReference, type QuotedNote } from './log-document.ts';
import type { LogNames } from './log-names.ts';
import type { LogState } from './log-state.ts';

interface EncodedWrite {
  readonly collection: string;
  readonly isOwn: boolean;
  /** The schema number of the app that wrote it; 1 where it is missing. */
  readonly schema?: number;
  readonly documents: readonly (LogDocument | NoteByReference)[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param state as the log stands before this entry */
export function encodeEntry(writes: readonly LogWrite[], state: LogState, names: LogNames): Uint8Array<ArrayBuffer> {
  // Notes may be about documents of this very entry.
  const documentsHere = new Map<string, Map<string, LogDocument>>();
  const encoded = writes.map(({ collection, isOwn, documents }): EncodedWrite => {
    const subject = names.subject(collection)?.name;
    if (subject === undefined) return { collection, isOwn, documents };
    if (!names.isNotes(collection)) {
      const here = documentsHere.get(collection) ?? new Map<string, LogDocument>();
      documentsHere.set(collection, here);
      for (const document of documents) here.set(document.id, document);
      return { collection, isOwn, documents };
    }
    const here = documentsHere.get(subject);
    const standing = state.documents(subject);
    return { collection, isOwn, documents: documents.map((note) => encodeNote(note, (id) => here?.get(id) ?? standing.get(id))) };
  });
  const schema = numberAfter(names.lenses);
  return encoder.encode(JSON.stringify(schema === 1 ? encoded : encoded.map((write): EncodedWrite => ({ ...write, schema }))));
}

/** Decodes an entry write by write: what a later one means follows from the earlier ones, so `take` applies each to `state`. */
export function decodeEntry(bytes: Uint8Array, state: LogState, names: LogNames, take: (write: LogWrite) => void): void {
  const today = numberAfter(names.lenses);
  for (const { collection, isOwn, schema = 1, documents } of parse(bytes)) {
    const subject = names.subject(collection)?.name;
    const standing = subject === undefined ? undefined : state.documents(subject);
    const whole: LogDocument[] = [];
    const quotes: QuotedNote[] = [];
    for (const document of documents) {
      if (isByReference(document))
        quotes.push({ reference: document, subject: must(standing?.get(document[0]), 'a note by reference follows its document') });
      else whole.push(document);
    }
    take({ collection, isOwn, documents: schema < today ? liftDocuments(whole, collection, schema, names) : whole, quotes });
  }
}

/** The writes of documents in an entry, for whoever can do without its notes. @throws SyntaxError */
export function decodeWrites(bytes: Uint8Array, names: LogNames): LogWrite[] {
  const isWhole = (document: LogDocument | NoteByReference): document is LogDocument => !isByReference(document);
  return parse(bytes).map(({ collection, isOwn, schema = 1, documents }) => ({
    collection,
    isOwn,
    documents: liftDocuments(documents.filter(isWhole), collection, schema, names),
  }));
}

function parse(bytes: Uint8Array): readonly EncodedWrite[] {
  // Parse edge: this device has written it, and nobody else can.
  return JSON.parse(decoder.decode(bytes)) as readonly EncodedWrite[];
}

function encodeNote(document: LogDocument, find: (id: string) => LogDocument | undefined): LogDocument | NoteByReference {
  const note = toNote(document);
  const { docData } = note;
  const subject = docData && !document._deleted ? find(note.itemId) : undefined;
  if (!docData || !subject || !isSaidBy(docData, subject)) return document;
  const reference = [note.itemId, document._rev, document._meta.lwt] as const;
  const resolved = document['isResolvedConflict'];
  return typeof resolved === 'string' ? [...reference, resolved] : reference;
}

const ownFields = new Set(['_rev', '_meta', '_attachments']);

/** Field by field the same values: notes are made of the very documents, so that comparing what they point to is enough. */
function isSaidBy(docData: Readonly<Record<string, unknown>>, document: LogDocument): boolean {
  let fields = 0;
  for (const field in docData) {
    if (ownFields.has(field)) return false;
    if (docData[field] !== document[field]) return false;
    fields++;
  }
  let there = 0;
  for (const field in document) if (!ownFields.has(field)) there++;
  return fields === there;
}

function isByReference(document: LogDocument | NoteByReference): document is NoteByReference {
  return Array.isArray(document);
}
