import type { ColumnTag, Room } from './tag.ts';

/** A column as the database has it. */
export interface CatalogueColumn {
  readonly table: string;
  readonly column: string;
  /** As PostgreSQL names it: `text`, `text[]`, `bytea` … */
  readonly type: string;
  /** A check admits values of a list alone. */
  readonly isClosed: boolean;
}

/**
 * What is wrong with the tags, each as a sentence that says what to do; empty when every column has a tag that makes sense.
 *
 * @param plainText by `table.column`, why personal text is not encrypted
 */
export function tagFaults(columns: readonly CatalogueColumn[], tags: Room, plainText: Readonly<Record<string, string>>): string[] {
  const faults: string[] = [];
  const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));

  for (const [table, own] of Object.entries(Object.groupBy(columns, ({ table: name }) => name))) {
    if (!tags[table]) {
      const lines = (own ?? []).map(({ column }) => `    ${column}: …(),`);
      faults.push(
        `${table} has no tags. Add it to a room in db/tags (id, school, personal, sealed, special, secret, technical are the tags):\n` +
          `  ${table}: table('What a row is.', '<processing>', '<kept>', {\n    ...common,\n${lines.join('\n')}\n  }),`,
      );
    }
  }
  for (const { table, column, ...facts } of columns) {
    const tagged = tags[table];
    if (!tagged) continue;
    const tag = Object.hasOwn(tagged.columns, column) ? tagged.columns[column] : undefined;
    if (tag) faults.push(...contradictions(`${table}.${column}`, tag, facts, plainText));
    else faults.push(`${table}.${column} has no tag. Add to ${table} in db/tags:  ${column}: ${proposal(column)},`);
  }
  for (const [table, { columns: tagged }] of Object.entries(tags)) {
    for (const column of Object.keys(tagged)) {
      if (!known.has(`${table}.${column}`)) faults.push(`${table}.${column} is tagged but is no column. Take it out of db/tags.`);
    }
  }
  for (const name of Object.keys(plainText)) {
    if (!known.has(name)) faults.push(`${name} is excused in db/tags/plain-text.ts but is no column. Take it out.`);
    else if (columns.some((one) => `${one.table}.${one.column}` === name && one.isClosed))
      faults.push(`${name} is excused in db/tags/plain-text.ts, which it needs not: it is a list of values. Take it out.`);
  }
  return faults;
}

const textTypes = ['text', 'text[]', 'jsonb', 'json', 'character varying', 'citext'];

function contradictions(
  name: string,
  tag: ColumnTag,
  { type, isClosed }: Pick<CatalogueColumn, 'type' | 'isClosed'>,
  plainText: Readonly<Record<string, string>>,
): string[] {
  const isEncrypted = name.endsWith('_encrypted');
  const isPlain = !isEncrypted && textTypes.includes(type) && !isClosed;
  const rules: readonly (readonly [isBroken: boolean, sentence: string])[] = [
    [isEncrypted && tag.erasure !== 'key', "is encrypted, so erasure is by key: sealed(), special() or secret({ erasure: 'key' })"],
    [!isEncrypted && tag.erasure === 'key', 'is not encrypted, so no key erases it: erasure is by row'],
    [isEncrypted && type !== 'bytea', 'is called encrypted, so it is bytea'],
    [
      tag.class === 'personal' && isPlain && !Object.hasOwn(plainText, name),
      'is personal text: encrypt it, or say in db/tags/plain-text.ts why not',
    ],
    [tag.class === 'special' && !isEncrypted, 'is special, so it is encrypted'],
    [tag.class === 'secret' && tag.export === 'given', 'is secret, so it is given to nobody'],
    [tag.class !== 'personal' && tag.class !== 'special' && tag.export === 'given', 'is nobody’s, so it is in nobody’s export'],
    [
      (tag.class === 'personal' || tag.class === 'special') &&
        (tag.retention === 'school' || tag.retention === 'released') &&
        !isHeld(name),
      'is personal, so it is not kept for ever: name a kind of record that retention removes',
    ],
  ];
  return rules.flatMap(([isBroken, sentence]) => (isBroken ? [`${name} ${sentence}.`] : []));
}

/** A hold is ended by people, never by the clock. */
function isHeld(name: string): boolean {
  return name.startsWith('legal_holds.');
}

function proposal(column: string): string {
  if (column.endsWith('_encrypted')) return 'sealed()';
  if (/(^|_)ids?$/.test(column)) return 'id()';
  return /(_hash|_index)$/.test(column) ? 'secret()' : 'personal() or technical() or school()';
}
