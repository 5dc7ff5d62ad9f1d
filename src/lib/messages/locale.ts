import { getLocale } from './generated/runtime.js';

/** Browsers that know no Welsh order and write numbers as British English does: the same digits, and nearly the same alphabet. */
export const british = 'en-GB';

const collators = new Map<string, Intl.Collator>();
const listFormats = new Map<string, Intl.ListFormat>();

/** The order of names and titles in the chosen language; "Club 2" comes before "Club 10". */
export function compareWords(one: string, other: string): number {
  const locale = getLocale();
  let collator = collators.get(locale);
  if (!collator) {
    collator = new Intl.Collator([locale, british], { numeric: true });
    collators.set(locale, collator);
  }
  return collator.compare(one, other);
}

/** The letters that a search compares: neither capitals nor accents stand between "Sion" and "Siôn". */
export function searchLetters(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLocaleLowerCase(british);
}

/** Whether every word of `find` is in one of the texts; a text that is not there holds none. */
export function holdsWords(find: string, texts: readonly (string | null | undefined)[]): boolean {
  // As a rule nothing is looked for, in lists of any length.
  if (find.trim() === '') return true;
  const text = searchLetters(texts.join(' '));
  return searchLetters(find)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** "Maths, Reading and Science". The Welsh joining word is our own: Chromium has no Welsh lists. */
export function listWords(words: Iterable<string>): string {
  const locale = getLocale();
  return locale === 'cy' ? welshList([...words]) : listFormat(locale).format(words);
}

function listFormat(locale: string): Intl.ListFormat {
  let format = listFormats.get(locale);
  if (!format) {
    format = new Intl.ListFormat(locale, { type: 'conjunction' });
    listFormats.set(locale, format);
  }
  return format;
}

/** "a" before a consonant, "ac" before a vowel; the names themselves are left as the school wrote them. */
function welshList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return last;
  const and = /^[aeiouwy]/.test(searchLetters(last)) ? 'ac' : 'a';
  return `${words.slice(0, -1).join(', ')} ${and} ${last}`;
}
