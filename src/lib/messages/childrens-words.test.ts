import { describe, expect, it } from 'vitest';
import english from './en-GB.json' with { type: 'json' };

/** Every file whose messages a child sees: a new one on these screens is held to the same without being named here. */
const files = import.meta.glob<string>(
  [
    '/src/routes/[(]child[)]/**/*.{svelte,ts}',
    '/src/routes/device/**/*.{svelte,ts}',
    '/src/routes/sign-in/class/*.{svelte,ts}',
    '/src/lib/ui/{logging,help,buddies,boards,stickers}/*.{svelte,ts}',
    '/src/lib/ui/badges/badge-looks.ts',
    '/src/lib/ui/evidence/{PhotoPicker,VoicePicker,CameraDialog}.svelte',
    '/src/lib/ui/{WhoSees.svelte,day-words.ts,week-words.ts}',
    '!/**/*.test.ts',
  ],
  { query: '?raw', import: 'default', eager: true },
);
type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[];
const messages = new Map<string, Message>(Object.entries(english));
const keys = [...new Set(Object.values(files).flatMap((text) => [...text.matchAll(/\bm\.(\w+)/g)].map(([, key = '']) => key)))].sort();

const sentences = keys.flatMap((key) => {
  const message = messages.get(key) ?? '';
  const texts = typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));
  return texts.flatMap((text) =>
    text
      .replaceAll(/\{\w+\}/g, 'Sam')
      .split(/(?<=[.!?:])\s+/)
      .map((sentence) => ({ key, sentence, words: sentence.match(/[\p{L}’']+/gu) ?? [] }))
      .filter(({ words }) => words.length > 0),
  );
});

/** As Flesch and Kincaid count them, nearly: groups of vowels, a silent ending aside. */
function syllables(word: string): number {
  const heard = word.length > 3 ? word.toLowerCase().replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, '') : word.toLowerCase();
  return Math.max(1, heard.match(/[aeiouy]{1,2}/g)?.length ?? 0);
}

/** Longer words that children of six and seven say and hear every day, and names. */
const known = new Set(
  (
    'already animal another brilliant camera century childline comeback every everyone explorer family finisher holiday holidays ' +
    'homework lovely microphone nobody recording remember something studystreaks tomorrow understand yesterday'
  ).split(' '),
);

describe('the words on children’s screens', () => {
  it('are found where they are used', () => {
    expect(keys.length).toBeGreaterThan(400);
    expect(keys.filter((key) => !messages.has(key))).toEqual([]);
  });

  it('stand in short sentences', () => {
    expect(sentences.filter(({ words }) => words.length > 14).map(({ key, sentence }) => `${key}: ${sentence}`)).toEqual([]);
  });

  it('are short, or words that a child of seven knows', () => {
    const long = sentences.flatMap(({ key, words }) =>
      words.filter((word) => (word.length > 8 || syllables(word) > 2) && !known.has(word.toLowerCase())).map((word) => `${word} (${key})`),
    );
    expect([...new Set(long)]).toEqual([]);
  });

  it('read like a book for the second year of school (grade level of Flesch and Kincaid)', () => {
    const words = sentences.flatMap((one) => one.words);
    const perSentence = words.length / sentences.length;
    const perWord = words.reduce((sum, word) => sum + syllables(word), 0) / words.length;
    expect(0.39 * perSentence + 11.8 * perWord - 15.59).toBeLessThan(2);
  });
});
