import { plainText } from './plain-text.ts';
import { keptSentences } from './kept.ts';
import { processing, type Processing } from './processing.ts';
import type { ColumnTag, DataClass, Room } from './tag.ts';

const classNames: Record<DataClass, string> = {
  id: 'ids',
  school: 'the school’s',
  personal: 'personal',
  special: 'personal, safeguarding',
  secret: 'secrets',
  technical: 'technical',
};
const erasureNames: Record<ColumnTag['erasure'], string> = {
  row: 'deleted',
  key: 'key destroyed, deleted',
  kept: 'stays',
};

/** The record of processing activities, in Markdown, from the tags alone: `npm run db -- record` writes it. */
export function recordOfProcessing(tags: Room): string {
  const names = Object.keys(processing).filter(isProcessing);
  return [
    '# Record of processing',
    'Made from the tags in `db/tags` by `npm run db -- record`; a test fails when it is stale. Every column of every table is in it.',
    'The school is the controller; whoever runs StudyStreaks for it is its processor. Nothing is sent to third parties or out of the country, nothing is' +
      '\nprofiled, located or advertised to. Encryption: columns whose names end in `_encrypted`, each under its person’s or the school’s own key; the keys lie' +
      '\noutside the database. The queue of jobs (schema `jobs`) holds ids of schools alone.',
    ...names.map((name) => chapter(name, tags)),
    keptChapter(tags),
    plainTextChapter(),
  ]
    .join('\n\n')
    .concat('\n');
}

function chapter(name: Processing, tags: Room): string {
  const { title, lawfulBasis, about, seenBy } = processing[name];
  const rows = Object.entries(tags).flatMap(([table, { what, columns }]) =>
    groups(Object.entries(columns).filter(([, tag]) => tag.purpose === name)).map(({ said, names }, index) => [
      index === 0 ? `\`${table}\`: ${what}` : `\`${table}\``,
      names.map((column) => `\`${column}\``).join(', '),
      ...said,
    ]),
  );
  return [
    `## ${title}`,
    [`- Lawful basis: ${lawfulBasis}`, `- About: ${about}`, `- Seen by: ${seenBy}`].join('\n'),
    markdownTable(['table', 'columns', 'what', 'kept', 'when a person is erased', 'in the export'], rows),
  ].join('\n\n');
}

interface Group {
  /** Class, kept, erasure, export. */
  readonly said: readonly string[];
  readonly names: readonly string[];
}

/** Columns of one table by what is said of them, in the order of the table. */
function groups(columns: readonly (readonly [string, ColumnTag])[]): Group[] {
  const saidOf = (tag: ColumnTag): string[] => [
    classNames[tag.class],
    tag.retention,
    erasureNames[tag.erasure],
    tag.export === 'given' ? 'yes' : 'no',
  ];
  const grouped = Map.groupBy(columns, ([, tag]) => saidOf(tag).join('|'));
  return [...grouped.values()].map((own) => ({
    said: own.slice(0, 1).flatMap(([, tag]) => saidOf(tag)),
    names: own.map(([name]) => name),
  }));
}

function keptChapter(tags: Room): string {
  const used = new Set(Object.values(tags).flatMap(({ columns }) => Object.values(columns).map(({ retention }) => retention)));
  const rows = Object.entries(keptSentences).filter(([name]) => [...used].some((kept) => kept === name));
  return [
    '## How long',
    'A school may keep for a shorter time, never for longer; a legal hold overrides.',
    markdownTable(['kept', 'how long'], rows),
  ].join('\n\n');
}

function plainTextChapter(): string {
  return [
    '## Personal text that is not encrypted',
    markdownTable(
      ['column', 'why'],
      Object.entries(plainText).map(([name, reason]) => [`\`${name}\``, reason]),
    ),
  ].join('\n\n');
}

/** Laid out as Prettier would. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function isProcessing(name: string): name is Processing {
  return Object.hasOwn(processing, name);
}
