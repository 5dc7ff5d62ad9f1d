import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { classId, clubId, studentId, uuid } from '../ids.ts';
import { evidenceKind } from './completions.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** Homework that a teacher has set, one row a class or child; `taskGroupId` joins the rows of one task. */
export const tasks = defineCollection({
  name: 'tasks',
  audiences: ['class', 'student'],
  pushedBy: null,
  schema: v.object({
    ...documentEntries,
    clubId,
    classId: v.nullable(classId),
    studentId: v.nullable(studentId),
    taskGroupId: uuid,
    title: v.string(),
    instructions: v.string(),
    strand: v.nullable(v.string()),
    level: v.nullable(v.number()),
    evidenceKinds: v.array(evidenceKind),
    opensOn: isoDate,
    dueOn: v.nullable(isoDate),
  }),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});
