import * as v from 'valibot';
import { isoDate } from '../calendar/dates.ts';
import { classId, clubId, studentId, uuid } from '../ids.ts';
import { evidenceKind } from './completions.ts';
import { defineCollection, documentEntries } from './define-collection.ts';

/** The longest title and instructions, in characters. */
export const taskLimits = { title: 200, instructions: 2000 } as const;

/** Homework that a teacher has set, one row a class or child; `taskGroupId` joins the rows of one task. Whom it is for never changes (S4). */
export const tasks = defineCollection({
  name: 'tasks',
  audiences: ['class', 'student'],
  pushedBy: { create: ['task.set', 'task.set_for_child'], update: ['task.set', 'task.set_for_child'] },
  schema: v.pipe(
    v.strictObject({
      ...documentEntries,
      clubId,
      classId: v.nullable(classId),
      studentId: v.nullable(studentId),
      taskGroupId: uuid,
      title: v.pipe(
        v.string(),
        v.nonEmpty('A task has a title.'),
        v.maxLength(taskLimits.title, `A title is at most ${String(taskLimits.title)} characters.`),
      ),
      instructions: v.pipe(
        v.string(),
        v.maxLength(taskLimits.instructions, `Instructions are at most ${String(taskLimits.instructions)} characters.`),
      ),
      strand: v.nullable(v.string()),
      level: v.nullable(v.number()),
      evidenceKinds: v.pipe(v.array(evidenceKind), v.minLength(1, 'A task says how it may be handed in.')),
      opensOn: isoDate,
      dueOn: v.nullable(isoDate),
    }),
    v.check((task) => (task.classId === null) !== (task.studentId === null), 'A task is for a class or for a child.'),
    v.check((task) => task.dueOn === null || task.dueOn >= task.opensOn, 'A task is due on the day it opens, or later.'),
  ),
  indexedFields: {},
  indexes: [],
  comesWholeFirst: true,
});

export type Task = v.InferOutput<typeof tasks.schema>;
