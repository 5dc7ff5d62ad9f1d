import { isSticker, type Sticker } from '#domain/marking/stickers.ts';
import { m } from '$lib/messages/generated/messages.js';
import type { ArtName } from '../art/art.ts';

interface StickerLook {
  readonly art: ArtName;
  readonly name: () => string;
}

/** How each sticker looks, and what a child calls it. */
export const stickerLooks: Record<Sticker, StickerLook> = {
  owl: { art: 'sticker-owl', name: m.sticker_owl },
  acorn: { art: 'sticker-acorn', name: m.sticker_acorn },
  sun: { art: 'sticker-sun', name: m.sticker_sun },
  rainbow: { art: 'sticker-rainbow', name: m.sticker_rainbow },
  rocket: { art: 'sticker-rocket', name: m.sticker_rocket },
  snail: { art: 'sticker-snail', name: m.sticker_snail },
  pencil: { art: 'sticker-pencil', name: m.sticker_pencil },
  bee: { art: 'sticker-bee', name: m.sticker_bee },
  heart: { art: 'sticker-heart', name: m.sticker_heart },
};

/** A sticker of a newer version is a sticker still: it has a word, and this version's badge of a picture for any. */
export function stickerLook(name: string): StickerLook {
  return isSticker(name) ? stickerLooks[name] : { art: 'badge-week-star', name: m.sticker_other };
}
