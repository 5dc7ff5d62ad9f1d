import type { badgePictures } from '#domain/badges/pictures.ts';
import { m } from '$lib/messages/generated/messages.js';

/** What whoever does not see the pictures hears of them. */
export const pictureNames: Readonly<Record<(typeof badgePictures)[number], () => string>> = {
  heart: m.badges_picture_heart,
  smile: m.badges_picture_smile,
  book: m.badges_picture_book,
  pencil: m.badges_picture_pencil,
  brush: m.badges_picture_brush,
  note: m.badges_picture_note,
  ball: m.badges_picture_ball,
  sprout: m.badges_picture_sprout,
  sun: m.picture_sun,
  moon: m.picture_moon,
  kite: m.picture_kite,
  boat: m.picture_boat,
  bell: m.picture_bell,
  key: m.picture_key,
  apple: m.picture_apple,
  snail: m.picture_snail,
};
