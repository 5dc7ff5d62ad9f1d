import type { ArtName } from './art.ts';

const animals = ['badger', 'deer', 'fox', 'frog', 'hedgehog', 'owl', 'rabbit', 'squirrel'] as const;
const grounds = ['#f4dfa0', '#f7d7cb', '#e3d3ea', '#cfe3e6', '#dbe8c4'] as const;

export interface AvatarPicture {
  readonly art: ArtName;
  /** Colour of the ground behind the animal. */
  readonly ground: string;
}

/** A child's picture: an animal and a ground from 1 to 5, `fox-3`. Anything else gives some picture, always the same one. */
export function avatarPicture(avatar: string): AvatarPicture {
  const [name, number] = avatar.split('-');
  const sum = [...avatar].reduce((total, letter) => total * 31 + letter.charCodeAt(0), 7) % 9973;
  const animal = animals.find((one) => one === name) ?? animals[sum % animals.length] ?? 'fox';
  const ground = grounds[Number(number) - 1] ?? grounds[sum % grounds.length] ?? grounds[0];
  return { art: `avatar-${animal}`, ground };
}
