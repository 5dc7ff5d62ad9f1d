import * as v from 'valibot';
import { addDays, weekday, type IsoDate } from '#domain/calendar/dates.ts';
import { expectedDays, type Closure } from '#domain/calendar/expected-days.ts';
import { evidenceKind } from '#domain/collections/completions.ts';
import { taskLimits, type Task } from '#domain/collections/tasks.ts';
import { clubId } from '#domain/ids.ts';
import type { TaskContent } from '$lib/data/task-setting.ts';
import { whomOf } from './whom.ts';

/** A task as it stands in the form. */
export const taskDraft = v.object({
  clubId: v.string(),
  title: v.string(),
  instructions: v.string(),
  evidenceKinds: v.array(evidenceKind),
  opensOn: v.string(),
  /** Empty: no day. */
  dueOn: v.string(),
  classIds: v.array(v.string()),
  studentIds: v.array(v.string()),
});
export type TaskDraft = v.InferOutput<typeof taskDraft>;

export const evidenceKinds = evidenceKind.options;

interface Usual {
  /** Of a task like this, mostly the last one set; else the school's first. */
  readonly clubId: string;
  readonly classIds: readonly string[];
  readonly today: IsoDate;
  readonly closures: readonly Closure[];
}

export function newDraft({ clubId: club, classIds, today, closures }: Usual): TaskDraft {
  return {
    clubId: club,
    title: '',
    instructions: '',
    evidenceKinds: [...evidenceKinds],
    opensOn: today,
    dueOn: usualDueDate(today, closures),
    classIds: [...classIds],
    studentIds: [],
  };
}

export function draftOf(task: Task, rows: readonly Task[]): TaskDraft {
  const { classIds, studentIds } = whomOf(rows);
  return {
    clubId: task.clubId,
    title: task.title,
    instructions: task.instructions,
    evidenceKinds: [...task.evidenceKinds],
    opensOn: task.opensOn,
    dueOn: task.dueOn ?? '',
    classIds: [...classIds],
    studentIds: [...studentIds],
  };
}

/** The same again, for days to come. */
export function copyOf(task: Task, rows: readonly Task[], usual: Pick<Usual, 'today' | 'closures'>): TaskDraft {
  return { ...draftOf(task, rows), opensOn: usual.today, dueOn: usualDueDate(usual.today, usual.closures) };
}

/** Weeks that are looked at: longer than any holiday. */
const weeksAhead = 10;

/** The next Friday after today on which there is school; where there is none for long, the next Friday. */
export function usualDueDate(today: IsoDate, closures: readonly Closure[]): IsoDate {
  const friday = addDays(today, ((5 - weekday(today) + 6) % 7) + 1);
  return expectedDays(closures, friday, addDays(friday, weeksAhead * 7)).find((day) => weekday(day) === 5) ?? friday;
}

export type DraftFault = 'title' | 'club' | 'whom' | 'evidence' | 'opens' | 'due';

/** What keeps the task from being set, in the order of the form. */
export function faultsOf(draft: TaskDraft, targets: number): DraftFault[] {
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  return [
    ...(draft.clubId === '' ? (['club'] as const) : []),
    ...(draft.title.trim() === '' || draft.title.trim().length > taskLimits.title ? (['title'] as const) : []),
    ...(targets === 0 ? (['whom'] as const) : []),
    ...(draft.dueOn !== '' && (!isDay(draft.dueOn) || draft.dueOn < draft.opensOn) ? (['due'] as const) : []),
    ...(isDay(draft.opensOn) ? [] : (['opens'] as const)),
    ...(draft.evidenceKinds.length === 0 ? (['evidence'] as const) : []),
  ];
}

/** @throws v.ValiError where the draft has faults */
export function draftToContent(draft: TaskDraft): TaskContent {
  return {
    clubId: v.parse(clubId, draft.clubId),
    title: draft.title.trim(),
    instructions: draft.instructions.trim(),
    // In the order in which children choose.
    evidenceKinds: evidenceKinds.filter((kind) => draft.evidenceKinds.includes(kind)),
    opensOn: draft.opensOn,
    dueOn: draft.dueOn === '' ? null : draft.dueOn,
  };
}
