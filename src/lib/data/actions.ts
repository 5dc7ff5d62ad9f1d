import * as v from 'valibot';
import type { CommandPayload } from '#domain/collections/commands.ts';
import type { ExcusedDay } from '#domain/collections/excused-days.ts';
import { must } from '#domain/must.ts';
import { badgeId, clubId, type CompletionId, type ReviewId, type StudentId } from '#domain/ids.ts';
import { clockOffsetMs } from '../sync/clock.ts';
import { cheer } from './cheers.ts';
import { ask } from './commands.ts';
import { openData } from './current.svelte.ts';
import { excuse, withdrawExcuses } from './excused-days.ts';
import { Homework, type GivenReview, type HomeworkChange, type NewHomework, type NewReview } from './homework.ts';
import { move, moveBack, type Move } from './moves.ts';
import { changeNote, writeNote, type NewNote } from './notes.ts';
import {
  changeTask as changeRows,
  setTask as setRows,
  takeBackTask as takeBackRows,
  type TaskContent,
  type TaskRows,
  type TaskTarget,
} from './task-setting.ts';
import { keepStorage, keeping } from './storage-space.svelte.ts';
import type { WritingContext } from './writing.ts';

/** Logs a piece of homework; resolves when it is durable on this device. */
export async function logHomework(homework: NewHomework): Promise<CompletionId> {
  const id = await keeping(homeworkOfThisDevice().log(homework));
  void keepStorage();
  return id;
}

/** Logs a piece for each of several children; all are kept, or none. */
export async function logHomeworkOfAll(homework: readonly NewHomework[]): Promise<void> {
  await keeping(homeworkOfThisDevice().logAll(homework));
  void keepStorage();
}

/** Changes what was logged, as long as no teacher has marked it. */
export async function changeHomework(id: CompletionId, change: HomeworkChange): Promise<void> {
  await keeping(homeworkOfThisDevice().change(id, change));
}

/** Takes back what was logged, as long as no teacher has marked it. */
export async function removeHomework(id: CompletionId): Promise<void> {
  await keeping(homeworkOfThisDevice().remove(id));
}

/** Takes a mark back by a review that says so; nothing is ever taken out. */
export async function undoReview(given: GivenReview): Promise<ReviewId> {
  return keeping(homeworkOfThisDevice().undoReview(given));
}

/** Marks many attempts in one go; all are kept, or none. Returns the ids of the reviews, in their order. */
export async function reviewAll(given: readonly NewReview[]): Promise<ReviewId[]> {
  const ids = await keeping(homeworkOfThisDevice().reviewAll(given));
  void keepStorage();
  return ids;
}

/** Takes many marks back; all, or none. */
export async function undoReviews(given: readonly GivenReview[]): Promise<void> {
  await keeping(homeworkOfThisDevice().undoReviews(given));
}

/** Sets a task; resolves with the id that its rows share when it is durable on this device. */
export async function setTask(content: TaskContent, targets: readonly TaskTarget[]): Promise<string> {
  const id = await keeping(setRows(dataOfThisDevice(), content, targets));
  void keepStorage();
  return id;
}

/** Changes a task, and whom it is for. */
export async function changeTask(rows: TaskRows, content: TaskContent, targets: readonly TaskTarget[]): Promise<void> {
  await keeping(changeRows(dataOfThisDevice(), rows, content, targets));
}

/** Takes a task back; what children have done for it stays. */
export async function takeBackTask(rows: TaskRows): Promise<void> {
  await keeping(takeBackRows(dataOfThisDevice(), rows));
}

/** Flags a piece to the safeguarding lead; who raised it and the lead alone will know. `words`: null where the piece says it all. */
export async function flagToSafeguardingLead(concern: {
  readonly studentId: StudentId;
  readonly completionId: CompletionId;
  readonly words: string | null;
}): Promise<void> {
  await keeping(ask({ ...dataOfThisDevice(), now: () => new Date() }, { kind: 'flag_to_safeguarding_lead', payload: concern }));
  void keepStorage();
}

/** Gives a child a badge of a teacher's hand, for good: the school does it when it hears of it. */
export async function giveBadge(studentId: StudentId, { id }: { readonly id: string }): Promise<void> {
  const payload = { studentId, badgeId: v.parse(badgeId, id) };
  await keeping(ask({ ...dataOfThisDevice(), now: () => new Date() }, { kind: 'give_badge', payload }));
  void keepStorage();
}

/** What a child asks of its school, for itself. Returns the id by which it is known until it is sent. */
export async function askForHelp(help: CommandPayload<'ask_for_help'>): Promise<string> {
  const id = await keeping(ask({ ...dataOfThisDevice(), now: () => new Date() }, { kind: 'ask_for_help', payload: help }));
  void keepStorage();
  return id;
}

/** Answers what a child has asked; the first answer of all its teachers stands. */
export async function answerChildRequest(answer: CommandPayload<'answer_child_request'>): Promise<void> {
  await keeping(ask({ ...dataOfThisDevice(), now: () => new Date() }, { kind: 'answer_child_request', payload: answer }));
  void keepStorage();
}

/** Places a child on a level of a club: the school does it when it hears of it. */
export async function placeOnLevel(placing: {
  readonly studentId: StudentId;
  readonly clubId: string;
  /** Its number in the club. */
  readonly level: number;
  readonly reason: string;
}): Promise<void> {
  const payload = { ...placing, clubId: v.parse(clubId, placing.clubId) };
  await keeping(ask({ ...dataOfThisDevice(), now: () => new Date() }, { kind: 'place_on_level', payload }));
  void keepStorage();
}

/** Asks the school to write a piece anew under the child whose it is. */
export async function moveToChild(asked: Omit<Move, 'newCompletionId'>): Promise<Move> {
  const { database } = must(openData.current, 'somebody is signed in');
  const asking = await keeping(move({ database, now: () => new Date() }, asked));
  void keepStorage();
  return asking;
}

/** Undoes a move: the piece comes back when the school has done both. */
export async function undoMove(moved: Move): Promise<void> {
  const { database } = must(openData.current, 'somebody is signed in');
  await keeping(moveBack({ database, now: () => new Date() }, moved));
}

/** Excuses children from homework on days; resolves with the rows' ids, which taking them back needs. */
export async function excuseDays(days: readonly Pick<ExcusedDay, 'studentId' | 'day'>[]): Promise<string[]> {
  const { database } = must(openData.current, 'somebody is signed in');
  const ids = await keeping(excuse({ database, now: () => new Date() }, days));
  void keepStorage();
  return ids;
}

/** Takes excused days back. */
export async function takeBackExcuses(excused: readonly Pick<ExcusedDay, 'id' | 'studentId' | 'day'>[]): Promise<void> {
  const { database } = must(openData.current, 'somebody is signed in');
  await keeping(withdrawExcuses({ database, now: () => new Date() }, excused));
}

/** Keeps what a note says: of a new one, or of the note with this id. */
export async function saveNote(id: string | null, note: NewNote): Promise<void> {
  const { database } = must(openData.current, 'somebody is signed in');
  await keeping(id === null ? writeNote({ database }, note) : changeNote({ database }, id, note));
  void keepStorage();
}

/** Says a phrase to the child's buddies. */
export async function sendCheer(groupId: string, phrase: number): Promise<void> {
  await keeping(cheer({ ...dataOfThisDevice(), now: () => new Date() }, groupId, phrase));
  void keepStorage();
}

function homeworkOfThisDevice(): Homework {
  return new Homework({ ...dataOfThisDevice(), clockOffsetMs, now: () => new Date() });
}

function dataOfThisDevice(): WritingContext {
  const { database } = must(openData.current, 'somebody is signed in');
  return { database };
}
