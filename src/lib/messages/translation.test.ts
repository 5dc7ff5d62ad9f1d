import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import cy from './cy.json' with { type: 'json' };
import english from './en-GB.json' with { type: 'json' };

/** A message as the files have it: words, or words for each case of what it counts. */
type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[];

const englishMessages = new Map<string, Message>(Object.entries(english));
const welshMessages = new Map<string, Message>(Object.entries(cy));
const keys = [...englishMessages.keys()].filter((key) => key !== '$schema');

/** Of what is the same in both languages: names, and words that Welsh has as English has them. */
const same = new Set(['app_name', 'evidence_camera', 'language_english', 'language_welsh', 'school_staff']);

function texts(message: Message | undefined): [string, string][] {
  if (message === undefined) return [];
  return typeof message === 'string' ? [['', message]] : message.flatMap(({ match }) => Object.entries(match));
}

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort();
}

/** What any of the texts of a message names. */
function allPlaceholders(message: Message | undefined): string[] {
  return placeholders(
    texts(message)
      .map(([, text]) => text)
      .join(' '),
  );
}

const hasLetters = (text: string) => /\p{L}{2}/u.test(text.replaceAll(/\{\w+\}/g, '').replaceAll(/\b[MG]B\b/g, ''));

it.each(['en-GB', 'cy'])('%s.json has each message once: of two the first would be lost without a word', (language) => {
  const text = readFileSync(new URL(`./${language}.json`, import.meta.url), 'utf8');
  const names = [...text.matchAll(/^ {2}"(.+?)":/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(keys.length);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe('the Welsh translation', () => {
  it('has every message that English has, and none that it has not', () => {
    expect({
      missing: keys.filter((key) => !welshMessages.has(key)),
      needless: [...welshMessages.keys()].filter((key) => !englishMessages.has(key)),
    }).toEqual({ missing: [], needless: [] });
  });

  it('names in each message what the English one names', () => {
    const unlike = keys
      .filter((key) => welshMessages.has(key))
      .filter((key) => {
        const [ours, theirs] = [allPlaceholders(welshMessages.get(key)), allPlaceholders(englishMessages.get(key))];
        return ours.join() !== theirs.join();
      });
    expect(unlike).toEqual([]);
  });

  it('leaves nothing out in any case but the number, where there is one of it or two', () => {
    const short = keys.flatMap((key) => {
      const all = allPlaceholders(welshMessages.get(key));
      return texts(welshMessages.get(key))
        .filter(([when, text]) => all.length - placeholders(text).length > (/=(one|two)$/.test(when) ? 1 : 0))
        .map(([when]) => `${key} ${when}`);
    });
    expect(short).toEqual([]);
  });

  it('has words for every number: Welsh cases alone, and one for all the rest', () => {
    const welshCases = new Set(['zero', 'one', 'two', 'few', 'many', '*']);
    const unlike = [...welshMessages.keys()].filter((key) => {
      const cases = texts(welshMessages.get(key)).map(([when]) => when.split('=')[1]);
      if (cases.length === 1 && cases[0] === undefined) return false;
      return !cases.includes('*') || cases.some((one) => one === undefined || !welshCases.has(one));
    });
    expect(unlike).toEqual([]);
  });

  it('has no empty words', () => {
    expect(keys.filter((key) => texts(welshMessages.get(key)).some(([, text]) => text.trim() === ''))).toEqual([]);
  });

  it('has left nothing in English', () => {
    const untranslated = keys.filter((key) => {
      const theirs = new Set(texts(englishMessages.get(key)).map(([, text]) => text));
      return !same.has(key) && texts(welshMessages.get(key)).some(([, text]) => hasLetters(text) && theirs.has(text));
    });
    expect(untranslated).toEqual([]);
  });

  it('writes apostrophes and quotation marks as the English does', () => {
    expect(keys.filter((key) => texts(welshMessages.get(key)).some(([, text]) => /['"`]/.test(text)))).toEqual([]);
  });
});
