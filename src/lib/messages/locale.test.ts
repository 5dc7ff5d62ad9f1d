import { afterEach, describe, expect, it } from 'vitest';
import { compareWords, holdsWords, listWords, searchLetters } from './locale.ts';
import { getLocale, overwriteGetLocale } from './generated/runtime.js';

const usual = getLocale;
afterEach(() => overwriteGetLocale(usual));

describe('words in the chosen language', () => {
  it('joins a list as English does', () => {
    expect(listWords(['Maths', 'Reading', 'Science'])).toBe('Maths, Reading and Science');
  });

  it('joins a Welsh list with "a" before a consonant and "ac" before a vowel, with or without an accent', () => {
    overwriteGetLocale(() => 'cy');
    expect(listWords([])).toBe('');
    expect(listWords(['Darllen'])).toBe('Darllen');
    expect(listWords(['Celf', 'Darllen'])).toBe('Celf a Darllen');
    expect(listWords(new Set(['Celf', 'Darllen', 'Ysgrifennu']))).toBe('Celf, Darllen ac Ysgrifennu');
    expect(listWords(['Celf', 'Ŵyn'])).toBe('Celf ac Ŵyn');
  });

  it('puts numbers in names in their own order, in either language', () => {
    for (const locale of ['en-GB', 'cy'] as const) {
      overwriteGetLocale(() => locale);
      expect(['Year 10', 'Year 9', 'Elm'].sort(compareWords)).toEqual(['Elm', 'Year 9', 'Year 10']);
    }
  });

  it('finds by all words, in any order', () => {
    expect(holdsWords('okafor 4', ['Ms Amara Okafor', '4 Willow'])).toBe(true);
    expect(holdsWords('okafor 5', ['Ms Amara Okafor', '4 Willow'])).toBe(false);
    expect(holdsWords('', ['anything'])).toBe(true);
    expect(holdsWords('null', [null, undefined])).toBe(false);
  });

  it('finds a name without its accent or capital, and not another name', () => {
    expect(searchLetters('Siôn Tŷ')).toBe('sion ty');
    expect(searchLetters('Siôn')).not.toContain('sian');
  });
});
