import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tagFaults, type CatalogueColumn } from './faults.ts';
import { tags } from './index.ts';
import { recordOfProcessing } from './record.ts';
import { common, personal, sealed, secret, special, table, type Room } from './tag.ts';

test('docs/record-of-processing.md is what the tags say; when this fails, run: npm run db -- record', () => {
  expect(readFileSync('docs/record-of-processing.md', 'utf8')).toBe(recordOfProcessing(tags));
});

const column = (name: string, type = 'text', isClosed = false): CatalogueColumn => ({ table: 'cheers', column: name, type, isClosed });
const tagged = (columns: Parameters<typeof table>[3]): Room => ({ cheers: table('A cheer.', 'homework', 'notices', columns) });

test.each([
  ['has no tags', [column('words')], {}, {}],
  ['cheers.words has no tag', [column('words')], tagged({}), {}],
  ['cheers.words is tagged but is no column', [], tagged({ words: personal() }), {}],
  ['cheers.words is personal text', [column('words')], tagged({ words: personal() }), {}],
  ['cheers.words is excused', [], {}, { 'cheers.words': 'old' }],
  [
    'cheers.words_encrypted is encrypted, so erasure is by key',
    [column('words_encrypted', 'bytea')],
    tagged({ words_encrypted: personal() }),
    {},
  ],
  ['cheers.words_encrypted is called encrypted', [column('words_encrypted')], tagged({ words_encrypted: sealed() }), {}],
  ['cheers.words is not encrypted', [column('words', 'text', true)], tagged({ words: sealed() }), {}],
  ['cheers.words is special', [column('words', 'text', true)], tagged({ words: special() }), {}],
  ['cheers.words is secret', [column('words')], tagged({ words: secret({ export: 'given' }) }), {}],
  ['cheers.words is personal, so it is not kept', [column('words', 'date')], tagged({ words: personal({ retention: 'school' }) }), {}],
] as [string, CatalogueColumn[], Room, Record<string, string>][])('a fault is told: %s', (fault, columns, room, plainText) => {
  expect(tagFaults(columns, room, plainText).join('\n')).toContain(fault);
});

test('what is tagged as it is has no faults', () => {
  const columns = [
    ...Object.keys(common).map((name) => column(name, 'uuid')),
    column('phrase', 'text', true),
    column('words_encrypted', 'bytea'),
    column('sticker'),
  ];
  const room = tagged({ ...common, phrase: personal(), words_encrypted: sealed(), sticker: personal() });
  expect(tagFaults(columns, room, { 'cheers.sticker': 'a picture' })).toEqual([]);
});
