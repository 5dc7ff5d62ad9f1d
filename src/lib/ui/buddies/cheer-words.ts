import { must } from '#domain/must.ts';
import { m } from '$lib/messages/generated/messages.js';

/** By their number, from 1, which never comes to mean another: a cheer of months ago is told by it. */
const words: readonly (() => string)[] = [
  m.cheer_1,
  m.cheer_2,
  m.cheer_3,
  m.cheer_4,
  m.cheer_5,
  m.cheer_6,
  m.cheer_7,
  m.cheer_8,
  m.cheer_9,
  m.cheer_10,
  m.cheer_11,
  m.cheer_12,
  m.cheer_13,
  m.cheer_14,
  m.cheer_15,
  m.cheer_16,
  m.cheer_17,
  m.cheer_18,
  m.cheer_19,
  m.cheer_20,
  m.cheer_21,
  m.cheer_22,
  m.cheer_23,
  m.cheer_24,
];

/** The numbers of all cheers, in the order in which they are offered. */
export const phrases: readonly number[] = words.map((_, index) => index + 1);

/** What a cheer says. */
export function cheerWords(phrase: number): string {
  return must(words[phrase - 1], 'a cheer is one of those there are')();
}
