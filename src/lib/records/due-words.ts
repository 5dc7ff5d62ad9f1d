import type { IsoDate } from '#domain/calendar/dates.ts';
import { m } from '$lib/messages/generated/messages.js';
import { dayWordsInSentence } from './date-words.ts';
import type { OpenTask } from './open-tasks.ts';

/** When a task is for, in words that hurry nobody: "For Thursday", or "Still time" when its day has passed. */
export function dueWords({ task, isPast }: OpenTask, today: IsoDate): string {
  if (isPast) return m.child_task_past();
  if (task.dueOn === null) return m.child_task_any_day();
  return m.child_task_due({ day: dayWordsInSentence(task.dueOn, today) });
}
