import type { Piece } from '$lib/records/pieces.ts';

/** The stickers on a piece: of its approvals that stand, newest first, each kind once. */
export function stickersOf({ reviews }: Pick<Piece, 'reviews'>): string[] {
  const given = reviews.flatMap(({ verdict, sticker }) => (verdict === 'approved' && sticker !== null ? [sticker] : []));
  return [...new Set(given)];
}
