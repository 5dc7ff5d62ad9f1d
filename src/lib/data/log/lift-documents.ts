import { translationSince } from '#domain/sync/lenses/translation.ts';
import { toNote, type LogDocument } from './log-document.ts';
import type { LogNames } from './log-names.ts';

/**
 * Documents, or replication's notes on them, that were written into the log by an app of the schema number `number`, in today's
 * shape (S28). What that shape tells more of is missing until the server has told it: where the server was asked up to is
 * forgotten, so that it is asked from nothing.
 */
export function liftDocuments(documents: readonly LogDocument[], collection: string, number: number, names: LogNames): LogDocument[] {
  const subject = names.subject(collection)?.name;
  if (subject === undefined) return [...documents];
  const { lift } = translationSince(names.lenses, subject, number);
  if (!names.isNotes(collection)) {
    return documents.map(({ id, _deleted, _rev, _meta, _attachments, ...content }) => {
      const lifted = lift({ id, _deleted, ...content });
      return { ...lifted, id, _deleted, _rev, _meta, _attachments };
    });
  }
  return documents.map(toNote).flatMap((note) => {
    if (note.isCheckpoint === '1') return [];
    return note.docData ? { ...note, docData: lift(note.docData) } : note;
  });
}
