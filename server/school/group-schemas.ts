import * as v from 'valibot';
import { groupSizes } from '#domain/buddies/propose.ts';
import { phraseNumber } from '#domain/buddies/phrases.ts';
import { isoInstant } from '#domain/calendar/dates.ts';
import { uuid } from '#domain/ids.ts';

const groupName = v.pipe(v.string(), v.trim(), v.nonEmpty('A group has a name.'), v.maxLength(40, 'A name is at most 40 characters.'));

export const formBody = v.strictObject({
  /** Made by the screen: sent again it is the same group. */
  id: uuid,
  classId: uuid,
  name: groupName,
  studentIds: v.pipe(
    v.array(uuid),
    v.minLength(groupSizes.least),
    v.maxLength(groupSizes.most),
    v.check((ids) => new Set(ids).size === ids.length, 'Each child once.'),
  ),
});
export type FormBody = v.InferOutput<typeof formBody>;

export const renameBody = v.strictObject({ name: groupName });
export const inviteBody = v.strictObject({ studentId: uuid });

const groupChild = v.object({
  studentId: uuid,
  /** What stands in the way of a group just now; null: nothing. */
  obstacle: v.nullable(v.picklist(['no_consent', 'in_a_group'])),
});

export const groupsAnswer = v.object({
  /** Whether the school has switched buddy groups on. */
  hasBuddyGroups: v.boolean(),
  /** The children of the class, of whom groups are formed. */
  children: v.array(groupChild),
  groups: v.array(
    v.object({
      id: uuid,
      name: v.string(),
      marbles: v.number(),
      /** Who belongs to it: `hidden` has joined, but the family does not agree just now, so that the group does not see them. */
      members: v.array(v.object({ studentId: uuid, state: v.picklist(['joined', 'invited', 'hidden']) })),
      /** The newest first. */
      cheers: v.array(v.object({ id: uuid, studentId: uuid, phrase: phraseNumber, capturedAt: isoInstant })),
    }),
  ),
});
export type GroupsAnswer = v.InferOutput<typeof groupsAnswer>;
