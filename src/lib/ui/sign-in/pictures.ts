import { m } from '$lib/messages/generated/messages.js';
import type { ArtName } from '$lib/ui/art/art.ts';

interface CodePicture {
  readonly art: ArtName;
  readonly words: () => string;
}

/** The twelve pictures of a picture code. Their order is their number, from 1: cards are printed with it, so it never changes. */
export const codePictures: readonly CodePicture[] = [
  { art: 'pic-apple', words: m.picture_apple },
  { art: 'pic-boat', words: m.picture_boat },
  { art: 'pic-key', words: m.picture_key },
  { art: 'pic-umbrella', words: m.picture_umbrella },
  { art: 'pic-fish', words: m.picture_fish },
  { art: 'pic-house', words: m.picture_house },
  { art: 'pic-kite', words: m.picture_kite },
  { art: 'pic-moon', words: m.picture_moon },
  { art: 'pic-bell', words: m.picture_bell },
  { art: 'pic-snail', words: m.picture_snail },
  { art: 'pic-drum', words: m.picture_drum },
  { art: 'pic-sun', words: m.picture_sun },
];
