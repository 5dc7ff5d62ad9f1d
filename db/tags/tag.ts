import type { Processing } from './processing.ts';
import type { Kept } from './kept.ts';

/**
 * What a column holds.
 * `id`: an id, or a reference; on its own it says nothing about anybody. `school`: of the school, not of a person.
 * `personal`: of a person. `special`: of a person, and grave if it gets out (safeguarding, health). `secret`: opens something.
 * `technical`: how the system keeps its own books.
 */
export type DataClass = 'id' | 'school' | 'personal' | 'special' | 'secret' | 'technical';

/** Whether an export or an answer to an access request gives it to the person it is about. */
export type ExportRule = 'given' | 'not given';

/**
 * What becomes of it when its person is erased. `row`: it goes with its row. `key`: that too, and what backups hold is unreadable
 * once the key is gone. `kept`: it stays, since it is nobody's, or a bare id.
 */
export type ErasureRule = 'row' | 'key' | 'kept';

interface Tag {
  readonly class: DataClass;
  readonly export: ExportRule;
  readonly erasure: ErasureRule;
}

/** All that is said of one column. */
export interface ColumnTag extends Tag {
  readonly purpose: Processing;
  readonly retention: Kept;
}

export interface TableTag {
  /** What a row is, in plain words, for the record of processing. */
  readonly what: string;
  readonly columns: Readonly<Record<string, ColumnTag>>;
}

/** The tables of one room of the database, by name. */
export type Room = Readonly<Record<string, TableTag>>;

/** Why, and for how long, where a column differs from its table. */
type Differing = Partial<Pick<ColumnTag, 'purpose' | 'retention' | 'export' | 'erasure'>>;
type UntaggedFor = Tag & Differing;

/**
 * Tags a table: a sentence, why it is kept, for how long, then each column.
 *
 * @param columns one line a column: `minutes: personal(),`
 */
export function table(what: string, purpose: Processing, retention: Kept, columns: Readonly<Record<string, UntaggedFor>>): TableTag {
  return {
    what,
    columns: Object.fromEntries(Object.entries(columns).map(([name, tag]) => [name, { purpose, retention, ...tag }])),
  };
}

export const id = (differing: Differing = {}): UntaggedFor => ({ class: 'id', export: 'not given', erasure: 'row', ...differing });
export const school = (differing: Differing = {}): UntaggedFor => ({ class: 'school', export: 'not given', erasure: 'kept', ...differing });
export const personal = (differing: Differing = {}): UntaggedFor => ({ class: 'personal', export: 'given', erasure: 'row', ...differing });
/** Personal, encrypted under its person's key or the school's. */
export const sealed = (differing: Differing = {}): UntaggedFor => personal({ erasure: 'key', ...differing });
export const special = (differing: Differing = {}): UntaggedFor => ({
  class: 'special',
  export: 'not given',
  erasure: 'key',
  ...differing,
});
export const secret = (differing: Differing = {}): UntaggedFor => ({ class: 'secret', export: 'not given', erasure: 'row', ...differing });
export const technical = (differing: Differing = {}): UntaggedFor => ({
  class: 'technical',
  export: 'not given',
  erasure: 'row',
  ...differing,
});

/** What nearly every table of a school has. */
export const common = { school_id: id(), id: id(), scope_id: id(), created_at: technical() };
/** The same where rows are not dated. */
export const undated = { school_id: id(), id: id(), scope_id: id() };
