import * as v from 'valibot';
import { completionId, studentId, userId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** The longest note, in characters. */
export const noteLength = 280;

/**
 * What one parent and the child's teachers tell each other about a piece of homework. It lies in the bucket of that parent's
 * guardianship: neither the child nor another parent ever sees it.
 */
export const notes = defineCollection({
  name: 'notes',
  audiences: ['guardianship'],
  pushedBy: { create: ['note.create'], update: ['note.create'] },
  schema: v.pipe(
    v.strictObject({
      ...documentEntries,
      guardianshipId: uuid,
      studentId,
      completionId,
      /** Must be the signed-in person; the server refuses any other. */
      authorId: userId,
      text: v.nullable(
        v.pipe(v.string(), v.nonEmpty('Write something.'), v.maxLength(noteLength, `A note is at most ${noteLength} characters.`)),
      ),
      /** True: "I helped", false: "did it alone", null: not said. */
      helped: v.nullable(v.boolean()),
    }),
    v.check(({ text, helped }) => text !== null || helped !== null, 'A note says something.'),
  ),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type Note = v.InferOutput<typeof notes.schema>;
