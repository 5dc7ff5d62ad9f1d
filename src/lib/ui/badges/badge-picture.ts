import type { badgePictures } from '#domain/badges/pictures.ts';
import type { ArtName } from '../art/art.ts';

/** What a badge looks like: a drawing, and what lies on it where it is the blank one. */
export interface BadgePicture {
  readonly art: ArtName;
  readonly motif: ArtName | null;
}

const motifs: Readonly<Record<(typeof badgePictures)[number], ArtName>> = {
  heart: 'motif-heart',
  smile: 'motif-smile',
  book: 'motif-book',
  pencil: 'motif-pencil',
  brush: 'motif-brush',
  note: 'motif-note',
  ball: 'motif-ball',
  sprout: 'motif-sprout',
  sun: 'pic-sun',
  moon: 'pic-moon',
  kite: 'pic-kite',
  boat: 'pic-boat',
  bell: 'pic-bell',
  key: 'pic-key',
  apple: 'pic-apple',
  snail: 'pic-snail',
};

const isMotif = (picture: string): picture is keyof typeof motifs => Object.hasOwn(motifs, picture);

/** The picture of a badge of the school's own; the blank one where a newer server has a motif that this app does not know. */
export function ownPicture(picture: string): BadgePicture {
  return { art: 'badge-blank', motif: isMotif(picture) ? motifs[picture] : null };
}
