import * as v from 'valibot';
import { isoInstant } from '../calendar/dates.ts';
import { badgeId, clubId, completionId, studentId, taskId, userId, uuid } from '../ids.ts';
import { askTopics, deletableKinds, requestAnswer, worryTopics } from './child-requests.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

const entries = {
  ...documentEntries,
  /** Must be the signed-in person; the server refuses any other. */
  userId,
  /** The device's clock when it was asked for; it is done when it arrives. */
  capturedAt: isoInstant,
};

/** What a child asks, about itself: of its teachers, or, where it is worried, of the safeguarding lead alone. */
const help = v.variant('about', [
  v.strictObject({
    about: v.literal('ask'),
    topic: v.picklist(askTopics),
    completionId: v.nullable(completionId),
    taskId: v.nullable(taskId),
  }),
  v.strictObject({ about: v.literal('delete'), topic: v.picklist(deletableKinds), completionId }),
  v.strictObject({
    about: v.literal('worry'),
    topic: v.picklist(worryTopics),
    words: v.nullable(v.pipe(v.string(), v.maxLength(1000, 'A worry is at most 1,000 letters.'))),
  }),
]);

/**
 * What staff, and a child for itself, ask the school to do that is no document (S31). The server does it once, by its id, answers by a notice, and then
 * keeps nothing of the payload: it is missing from then on.
 */
export const commands = defineCollection({
  name: 'commands',
  audiences: ['account'],
  pushedBy: { create: ['command.send', 'help.ask'], update: null },
  schema: v.variant('kind', [
    v.strictObject({
      ...entries,
      kind: v.literal('flag_to_safeguarding_lead'),
      payload: v.optional(
        v.strictObject({
          studentId,
          completionId,
          words: v.nullable(v.pipe(v.string(), v.maxLength(2000, 'A concern is at most 2,000 characters.'))),
        }),
      ),
    }),
    v.strictObject({
      ...entries,
      kind: v.literal('move_completion'),
      payload: v.optional(
        v.pipe(
          v.strictObject({
            /** Under whom it was logged. */
            studentId,
            completionId,
            toStudentId: studentId,
            /** Of the piece as it is written for that child. */
            newCompletionId: completionId,
          }),
          v.check(({ studentId: from, toStudentId }) => from !== toStudentId, 'It is moved to another child.'),
        ),
      ),
    }),
    v.strictObject({
      ...entries,
      kind: v.literal('place_on_level'),
      payload: v.optional(
        v.strictObject({
          studentId,
          clubId,
          /** Its number in the club. */
          level: v.pipe(v.number(), v.integer(), v.minValue(1)),
          reason: v.pipe(v.string(), v.trim(), v.nonEmpty('Say why.'), v.maxLength(500, 'A reason is at most 500 characters.')),
        }),
      ),
    }),
    v.strictObject({
      ...entries,
      kind: v.literal('dissolve_buddy_group'),
      payload: v.optional(v.strictObject({ groupId: uuid })),
    }),
    v.strictObject({
      ...entries,
      kind: v.literal('give_badge'),
      payload: v.optional(v.strictObject({ studentId, badgeId })),
    }),
    // One kind, whatever it is about: once it is settled, nothing on the device tells a worry from a question.
    v.strictObject({ ...entries, kind: v.literal('ask_for_help'), payload: v.optional(help) }),
    v.strictObject({
      ...entries,
      kind: v.literal('answer_child_request'),
      payload: v.optional(v.strictObject({ studentId, requestId: uuid, answer: requestAnswer })),
    }),
  ]),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: false,
});

export type Command = v.InferOutput<typeof commands.schema>;

/** What a command of a kind takes. */
export type CommandPayload<Kind extends Command['kind']> = NonNullable<Extract<Command, { kind: Kind }>['payload']>;

/** What a notice says of a command that was not refused; `forgotten`: it had been settled, and comes again with nothing to do. */
export const commandAnswers = {
  done: 'What you asked for is done.',
  already_done: 'What you asked for had been done already, so nothing was changed.',
  forgotten: 'The school had to go back to a backup and no longer has what you asked for. If it still matters, ask again.',
} as const;
export type CommandAnswer = keyof typeof commandAnswers;
