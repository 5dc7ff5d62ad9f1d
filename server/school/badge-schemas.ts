import * as v from 'valibot';
import { badgePictures } from '#domain/badges/pictures.ts';
import { uuid } from '#domain/ids.ts';

const words = (most: number) => v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(most));

export const badgeBody = v.strictObject({
  name: words(60),
  /** One sentence for the child: what the badge is given for. */
  sentence: words(200),
  picture: v.picklist(badgePictures),
});
export type BadgeBody = v.InferOutput<typeof badgeBody>;

export const useBody = v.strictObject({ isActive: v.boolean() });

export const madeAnswer = v.object({ id: uuid });

export const badgesAnswer = v.object({
  badges: v.array(
    v.object({
      id: uuid,
      /** A built-in badge's; null for the school's own. */
      code: v.nullable(v.string()),
      name: v.string(),
      sentence: v.string(),
      picture: v.string(),
      /** Out of use it is given no more. */
      isActive: v.boolean(),
      /** How many children have it. */
      children: v.number(),
    }),
  ),
});
export type BadgesAnswer = v.InferOutput<typeof badgesAnswer>;
