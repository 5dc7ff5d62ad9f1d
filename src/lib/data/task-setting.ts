import { v7 as uuidv7 } from 'uuid';
import type { Task } from '#domain/collections/tasks.ts';
import { changeDocument, createDocuments, removeDocument, type WritingContext } from './writing.ts';

/** What a teacher says of a task. */
export type TaskContent = Pick<Task, 'clubId' | 'title' | 'instructions' | 'evidenceKinds' | 'opensOn' | 'dueOn'>;

/** Whom a task is for: one row each. */
export type TaskTarget = Pick<Task, 'classId' | 'studentId'>;

/** The rows of one task as they stand on this device. */
export type TaskRows = readonly Pick<Task, 'id' | 'taskGroupId' | 'classId' | 'studentId'>[];

/**
 * Sets a task for each of `targets`. Returns the id that its rows share.
 *
 * @throws v.ValiError when the task is not whole; then nothing is set
 */
export async function setTask(context: WritingContext, content: TaskContent, targets: readonly TaskTarget[]): Promise<string> {
  const taskGroupId = uuidv7();
  await addRows(context, content, targets, taskGroupId);
  return taskGroupId;
}

/**
 * Makes a task say `content`, for `targets` and nobody else. What nobody changed stays, and rows that go leave the homework that was
 * done for them where it is.
 *
 * @throws v.ValiError when the task would not be whole; then nothing is changed
 */
export async function changeTask(
  context: WritingContext,
  rows: TaskRows,
  content: TaskContent,
  targets: readonly TaskTarget[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) throw new Error('Broken promise: a task has rows.');
  const isFor = (row: TaskTarget) => (target: TaskTarget) => row.classId === target.classId && row.studentId === target.studentId;
  const staying = rows.filter((row) => targets.some(isFor(row)));
  for (const { id } of staying) await changeDocument(context, 'tasks', id, content);
  await addRows(
    context,
    content,
    targets.filter((target) => !rows.some(isFor(target))),
    first.taskGroupId,
  );
  await takeBackTask(
    context,
    rows.filter((row) => !staying.includes(row)),
  );
}

/** Takes a task back on every device; what children have done for it stays. */
export async function takeBackTask(context: WritingContext, rows: readonly Pick<Task, 'id'>[]): Promise<void> {
  for (const { id } of rows) await removeDocument(context, 'tasks', id);
}

async function addRows(context: WritingContext, content: TaskContent, targets: readonly TaskTarget[], taskGroupId: string): Promise<void> {
  if (targets.length === 0) return;
  await createDocuments(
    context,
    'tasks',
    targets.map((target) => ({ ...content, ...target, taskGroupId, strand: null, level: null })),
  );
}
