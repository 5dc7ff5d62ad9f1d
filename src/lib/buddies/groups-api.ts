import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { phraseNumber } from '#domain/buddies/phrases.ts';
import { isoInstant } from '#domain/calendar/dates.ts';
import { call } from '../sync/http.ts';

const obstacle = v.picklist(['no_consent', 'in_a_group']);
const state = v.picklist(['joined', 'invited', 'hidden']);

const classGroups = v.object({
  /** Whether the school has switched buddy groups on. */
  hasBuddyGroups: v.boolean(),
  /** The children of the class, and what stands in the way of a group for each; null: nothing. */
  children: v.array(v.object({ studentId: v.string(), obstacle: v.nullable(obstacle) })),
  groups: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      marbles: v.number(),
      members: v.array(v.object({ studentId: v.string(), state })),
      /** The newest first. */
      cheers: v.array(v.object({ id: v.string(), studentId: v.string(), phrase: phraseNumber, capturedAt: isoInstant })),
    }),
  ),
});

/** The buddy groups of a class, as whoever forms them sees them. */
export type ClassGroups = v.InferOutput<typeof classGroups>;
export type ClassGroup = ClassGroups['groups'][number];

const path = '/api/school/groups';
const send = (userId: string, address: string, body: object = {}) =>
  call((url, init) => fetch(url, init), { path: `${path}${address}`, body, answer: v.unknown(), userId });

/** @throws Unreachable | NotSignedIn | Refused */
export function fetchGroups(userId: string, classId: string): Promise<ClassGroups> {
  const query = new URLSearchParams({ classId }).toString();
  return call((url, init) => fetch(url, init), { path: `${path}?${query}`, answer: classGroups, userId });
}

/** For a group that is about to be formed: sent again under it, it is the same group. */
export function newGroupId(): string {
  return uuidv7();
}

export interface NewGroup {
  readonly id: string;
  readonly classId: string;
  readonly name: string;
  readonly studentIds: readonly string[];
}

/** @throws Unreachable | NotSignedIn | Refused `group_not_formed` where a child cannot be in it any more */
export async function postGroup(userId: string, group: NewGroup): Promise<void> {
  await send(userId, '', group);
}

/** @throws Unreachable | NotSignedIn | Refused `group_not_formed` */
export async function postInvite(userId: string, groupId: string, studentId: string): Promise<void> {
  await send(userId, `/${groupId}/invite`, { studentId });
}

/** @throws Unreachable | NotSignedIn | Refused */
export async function postRename(userId: string, groupId: string, name: string): Promise<void> {
  await send(userId, `/${groupId}/rename`, { name });
}

/** @throws Unreachable | NotSignedIn | Refused */
export async function postDissolve(userId: string, groupId: string): Promise<void> {
  await send(userId, `/${groupId}/dissolve`);
}

/** The child who is signed in says yes. @throws Unreachable | NotSignedIn | Refused */
export async function postJoin(userId: string, groupId: string): Promise<void> {
  await send(userId, `/${groupId}/join`);
}

/** The child who is signed in leaves, for good. @throws Unreachable | NotSignedIn | Refused */
export async function postLeave(userId: string, groupId: string): Promise<void> {
  await send(userId, `/${groupId}/leave`);
}
