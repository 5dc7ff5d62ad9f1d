import { compareWords, listWords } from '$lib/messages/locale.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { SetTask } from './task-list.ts';

/** Whom a task is for: "4 Willow, 4 Oak and 2 children". */
export function whomWords({ rows, children }: SetTask, classesById: ReadonlyMap<string, { readonly name: string }>): string {
  const classes = rows.flatMap(({ classId }) => (classId === null ? [] : (classesById.get(classId)?.name ?? [])));
  const studentIds = new Set<string>(rows.flatMap(({ studentId }) => studentId ?? []));
  const named = children.filter(({ studentId }) => studentIds.has(studentId));
  const [only] = named;
  const others = named.length === 0 ? [] : [named.length === 1 && only ? only.displayName : m.tasks_children({ count: named.length })];
  const parts = [...classes.sort(compareWords), ...others];
  return parts.length === 0 ? m.tasks_nobody_here() : listWords(parts);
}
