import type { Review } from '#domain/collections/reviews.ts';

/** What has stickers: a piece. */
export interface Stuck {
  readonly reviews: readonly Pick<Review, 'verdict' | 'sticker'>[];
}

/** The stickers on a piece: of its approvals that stand, newest first, each kind once. */
export function stickersOf({ reviews }: Stuck): string[] {
  const given = reviews.flatMap(({ verdict, sticker }) => (verdict === 'approved' && sticker !== null ? [sticker] : []));
  return [...new Set(given)];
}
