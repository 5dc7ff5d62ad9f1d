import * as v from 'valibot';
import { isoDate, isoInstant } from '#domain/calendar/dates.ts';
import { worryTopics } from '#domain/collections/child-requests.ts';
import { uuid } from '#domain/ids.ts';

/** As long as a concern itself may be. */
export const outcomeLength = 2000;

export const flagsQuery = v.object({
  state: v.picklist(['open', 'handled']),
  /** How many of the newest were read already. */
  skip: v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number)), '0'),
});
export type FlagsQuery = v.InferOutput<typeof flagsQuery>;

export const openAnswer = v.object({
  /** How many concerns wait for the caller to handle them. */
  open: v.number(),
});

export const handleBody = v.strictObject({
  /** What was done. Whoever raised the concern reads it too. */
  outcome: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(outcomeLength)),
});

/** A name is null where the reader may not, or nobody can any more, know it. */
const flag = v.object({
  id: uuid,
  raisedAt: isoInstant,
  studentId: uuid,
  childName: v.nullable(v.string()),
  className: v.nullable(v.string()),
  reporterName: v.nullable(v.string()),
  /** The reader has raised it. */
  isOwn: v.boolean(),
  /** The reader is the one who handles it. */
  isToHandle: v.boolean(),
  /** What worries the child, where it told of it itself; null: a grown-up raised it. */
  worry: v.nullable(v.picklist(worryTopics)),
  /** The child itself has told of it. */
  isFromChild: v.boolean(),
  /** Null: whoever raised it wrote nothing, the piece said it all. */
  words: v.nullable(v.string()),
  /** Null: it is about no piece, or about one that is gone or out of the reader's reach. */
  piece: v.nullable(
    v.object({
      /** Whose it is by now, where it had been logged under the wrong child; null: the child's own whom the concern is about. */
      movedTo: v.nullable(v.object({ childName: v.nullable(v.string()) })),
      clubName: v.nullable(v.string()),
      taskTitle: v.nullable(v.string()),
      doneOn: isoDate,
      writtenWork: v.nullable(v.string()),
      /** Photos and recordings. */
      files: v.number(),
    }),
  ),
  handled: v.nullable(v.object({ at: isoInstant, byName: v.nullable(v.string()), outcome: v.nullable(v.string()) })),
  /** Something of it could not be opened any more: what is null may have been words. */
  isDamaged: v.boolean(),
});
export type Flag = v.InferOutput<typeof flag>;

export const flagsAnswer = v.object({
  /** The newest first. */
  flags: v.array(flag),
  /** How many there are in this state. */
  total: v.number(),
});
export type FlagsAnswer = v.InferOutput<typeof flagsAnswer>;
