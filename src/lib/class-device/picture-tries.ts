import * as v from 'valibot';
import type { DocumentOf } from '#domain/collections/index.ts';
import { isPictureCode } from '#domain/picture-codes/verifier.ts';
import { afterWrongTry, noTries, tries, waitBeforeTry } from '#domain/sign-in/tries.ts';
import type { OwnerStore } from '../data/owner-store.ts';

/** Counted against this version of the child's code: a later one is a teacher's "try again", or other pictures. */
const countedSchema = v.object({ version: v.number(), tries });

export type PictureTry = { readonly kind: 'right' } | { readonly kind: 'wrong' } | { readonly kind: 'wait'; readonly waitMs: number };

type PictureCode = DocumentOf<'picture_codes'>;

/** Tries a child’s three pictures on a class device, with no network. Wrong tries are counted on the device, through restarts too. */
export async function tryPictures(
  store: Pick<OwnerStore, 'fact' | 'setFact' | 'removeFact'>,
  { studentId, verifier, version }: Pick<PictureCode, 'studentId' | 'verifier' | 'version'>,
  secret: string,
  now: number,
): Promise<PictureTry> {
  const fact = `pictureTries:${studentId}`;
  const counted = v.safeParse(countedSchema, await store.fact(fact));
  const before = counted.success && counted.output.version === version ? counted.output.tries : noTries;
  const waitMs = waitBeforeTry(before, now);
  if (waitMs > 0) return { kind: 'wait', waitMs };
  if (await isPictureCode(verifier, secret)) {
    await store.removeFact(fact);
    return { kind: 'right' };
  }
  const after = afterWrongTry(before, now);
  await store.setFact(fact, { version, tries: after } satisfies v.InferInput<typeof countedSchema>);
  return after.until === 0 ? { kind: 'wrong' } : { kind: 'wait', waitMs: waitBeforeTry(after, now) };
}
