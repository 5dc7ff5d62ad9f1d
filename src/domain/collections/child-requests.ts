import * as v from 'valibot';
import { isoInstant } from '../calendar/dates.ts';
import { completionId, studentId, taskId } from '../ids.ts';
import type { evidenceKind } from './completions.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** What a child can ask a teacher about. */
export const askTopics = ['not_understood', 'not_at_home', 'not_working', 'talk'] as const;
export type AskTopic = (typeof askTopics)[number];

/** What of a piece a child can ask to have deleted. */
export const deletableKinds = ['photo', 'audio', 'written'] as const;
export type DeletableKind = (typeof deletableKinds)[number];

/** What a child can be worried about; `talk`: it would rather say it to somebody. */
export const worryTopics = ['home', 'school', 'online', 'talk'] as const;
export type WorryTopic = (typeof worryTopics)[number];

/** The law gives a school a month to answer a wish to delete (UK GDPR, article 12(3)); four weeks are never longer. */
export const daysToAnswer = 28;

/** How a teacher answers each kind of request. */
export const requestAnswers = {
  ask: ['talked'],
  delete: ['removed', 'talked', 'kept_needed', 'kept_not_own'],
} as const;
export const requestAnswer = v.picklist(requestAnswers.delete);
export type RequestAnswer = v.InferOutput<typeof requestAnswer>;

/** How a piece can have something deleted from it: its kind; null where there is nothing. */
export function deletableKind(kind: v.InferOutput<typeof evidenceKind>): DeletableKind | null {
  return deletableKinds.find((one) => one === kind) ?? null;
}

const entries = {
  ...documentEntries,
  studentId,
  completionId: v.nullable(completionId),
  taskId: v.nullable(taskId),
  state: v.picklist(['open', 'answered']),
  answer: v.nullable(requestAnswer),
  createdAt: isoInstant,
};

/** What children ask their teachers, for the teachers alone; a child hears the answers as notices, a family nothing. */
export const childRequests = defineCollection({
  name: 'child_requests',
  audiences: ['student_staff'],
  pushedBy: null,
  schema: v.variant('kind', [
    v.object({ ...entries, kind: v.literal('ask'), topic: v.picklist(askTopics) }),
    v.object({ ...entries, kind: v.literal('delete'), topic: v.picklist(deletableKinds) }),
  ]),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});

export type ChildRequest = v.InferOutput<typeof childRequests.schema>;
