import { describe, expect, it } from 'vitest';
import { stickers } from '#domain/marking/stickers.ts';
import { aPiece, aReview } from '$lib/records/testing.ts';
import { stickerLook, stickerLooks } from './sticker-looks.ts';
import { stickersOf } from './stickers-of.ts';

describe('stickers on a piece', () => {
  it('are those of the approvals that stand, each kind once', () => {
    const reviews = [
      aReview(4, 1, { sticker: 'bee' }),
      aReview(3, 1, { sticker: 'owl' }),
      aReview(2, 1, { sticker: 'bee' }),
      aReview(1, 1),
    ];
    expect(stickersOf(aPiece(1, { reviews }))).toEqual(['bee', 'owl']);
    expect(stickersOf(aPiece(1))).toEqual([]);
  });

  it('are never on work that goes back, or was set aside', () => {
    const reviews = [aReview(2, 1, { verdict: 'returned', sticker: 'owl' }), aReview(1, 1, { verdict: 'void', sticker: 'sun' })];
    expect(stickersOf(aPiece(1, { reviews }))).toEqual([]);
  });

  it('have nine keys, and a name and a picture of their own', () => {
    expect(stickers).toHaveLength(9);
    expect(new Set(stickers.map((sticker) => stickerLooks[sticker].name())).size).toBe(9);
    expect(new Set(stickers.map((sticker) => stickerLooks[sticker].art)).size).toBe(9);
  });

  it('that a newer version gives are still stickers here', () => {
    expect(stickerLook('dragon')).toEqual(expect.objectContaining({ art: 'badge-week-star' }));
    expect(stickerLook('dragon').name()).not.toBe('');
  });
});
