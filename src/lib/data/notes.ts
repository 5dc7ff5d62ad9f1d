import type { Note } from '#domain/collections/notes.ts';
import { changeDocument, createDocuments, removeDocument, type WritingContext } from './writing.ts';

/** What a note says: words, whether the child was helped, or both. */
export type NoteWords = Pick<Note, 'text' | 'helped'>;

/** A note that is new, on a piece of homework. */
export type NewNote = Pick<Note, 'guardianshipId' | 'studentId' | 'completionId'> & NoteWords;

/** Writes a note in the name of whoever is signed in. @throws v.ValiError when it says too much or nothing */
export async function writeNote(context: WritingContext, note: NewNote): Promise<void> {
  await createDocuments(context, 'notes', [{ ...note, authorId: context.database.owner.userId }]);
}

/** Gives a note other words; one that says nothing any more goes. */
export async function changeNote(context: WritingContext, id: string, { text, helped }: NoteWords): Promise<void> {
  if (text === null && helped === null) await removeDocument(context, 'notes', id);
  else await changeDocument(context, 'notes', id, { text, helped });
}
