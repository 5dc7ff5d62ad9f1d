import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { consentPurposes } from '../consents/purposes.ts';
import { classId, studentId, userId, uuid } from '../ids.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/**
 * Names and pictures, one document for each audience that may know them: `staff` (the whole school), `roster`
 * (class staff: first names), `student` (the child's own circle), `guardian` (one parent's link with one child).
 */
export const people = defineCollection({
  name: 'people',
  audiences: ['school', 'class_staff', 'student', 'guardianship'],
  pushedBy: null,
  schema: v.variant('kind', [
    v.object({ ...documentEntries, kind: v.literal('staff'), userId, displayName: v.string() }),
    v.object({ ...documentEntries, kind: v.literal('roster'), classId, studentId, firstName: v.string(), avatar: v.string() }),
    v.object({
      ...documentEntries,
      kind: v.literal('student'),
      studentId,
      displayName: v.string(),
      firstName: v.string(),
      avatar: v.string(),
      yearGroup: v.string(),
      startedOn: isoDate,
      classId: v.nullable(classId),
      /** What the child's data may be used for with consent, as it stands; missing from a server that did not tell yet. */
      consents: v.optional(v.array(v.picklist(consentPurposes))),
      /** The child said that the own first name may stand on a board; missing from a server that did not ask yet. */
      showsOnBoards: v.optional(v.boolean()),
      /** The buddy group that waits for the child's yes, told to that child alone; missing from a server that did not tell yet. */
      buddyInvitation: v.optional(v.nullable(v.object({ groupId: uuid, name: v.string() }))),
    }),
    v.object({
      ...documentEntries,
      kind: v.literal('guardian'),
      guardianshipId: uuid,
      parentId: userId,
      studentId,
      displayName: v.string(),
      relationship: v.string(),
      isPrimaryContact: v.boolean(),
    }),
  ]),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
