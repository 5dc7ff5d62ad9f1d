import postgres from 'postgres';
import type { ErrorCode } from '#domain/errors.ts';
import type { Transaction } from '../database/connections.ts';

/** What PostgreSQL's refusals mean to the person whose row it was. Any other fault is the server's own. */
const codesBySqlState: Readonly<Record<string, ErrorCode>> = {
  '42501': 'not_allowed', // insufficient_privilege: row level security, and what triggers refuse alike
  '23503': 'unknown_reference', // foreign_key_violation
  '23505': 'not_allowed', // unique_violation: the id is taken where the caller cannot see it
  '23514': 'invalid_document', // check_violation
  '23502': 'invalid_document', // not_null_violation
  '22001': 'invalid_document', // string_data_right_truncation
  '22003': 'invalid_document', // numeric_value_out_of_range
  '22007': 'invalid_document', // invalid_datetime_format
  '22008': 'invalid_document', // datetime_field_overflow
  '22021': 'invalid_document', // character_not_in_repertoire
  '22P02': 'invalid_document', // invalid_text_representation
  '22P05': 'invalid_document', // untranslatable_character: a NUL in a text
  SS409: 'already_marked',
  SS410: 'already_moved',
  SS411: 'set_aside_for_good',
  SS428: 'day_out_of_range',
  SS429: 'too_many_cheers',
};

/** What is refused here for a reason that PostgreSQL knows nothing of. */
export class Refused extends Error {
  readonly refusal: ErrorCode;

  constructor(refusal: ErrorCode) {
    super(`Refused: ${refusal}`);
    this.refusal = refusal;
  }
}

export interface Refusal<Item> {
  readonly item: Item;
  readonly code: ErrorCode;
}

export interface Applied<Item, Result> {
  readonly results: readonly Result[];
  readonly refused: readonly Refusal<Item>[];
}

/**
 * How a batch is applied. `at_once`: without savepoints; a refusal ends the transaction, and the batch is tried again
 * `row_by_row`. Nearly every batch is a device's own good work.
 */
export type Care = 'at_once' | 'row_by_row';

/** Applies a batch in a transaction at once, and where something of it is refused, in another row by row. */
export async function withCare<Result>(apply: (care: Care) => Promise<Result>): Promise<Result> {
  try {
    return await apply('at_once');
  } catch (error) {
    if (refusalOf(error) !== undefined) return apply('row_by_row');
    throw error;
  }
}

/**
 * Does `work` for all items at once, in a savepoint (S13). Where PostgreSQL refuses, does it for each half: what is wrong
 * with one row costs the others a few statements more, and nothing else.
 */
export async function applyAll<Item, Result>(
  sql: Transaction,
  items: readonly Item[],
  care: Care,
  work: (sql: Transaction, items: readonly Item[]) => Promise<Result>,
): Promise<Applied<Item, Result>> {
  const [first] = items;
  if (first === undefined) return { results: [], refused: [] };
  if (care === 'at_once') return { results: [await work(sql, items)], refused: [] };
  try {
    const result = await sql.savepoint(async (savepoint) => {
      const done = await work(savepoint, items);
      // Deferred checks (the stamp among them) speak now, while the savepoint can still be rolled back.
      await Promise.all([savepoint`set constraints all immediate`, savepoint`set constraints all deferred`]);
      return { done };
    });
    return { results: [result.done], refused: [] };
  } catch (error) {
    const code = refusalOf(error);
    if (code === undefined) throw error;
    if (items.length === 1) return { results: [], refused: [{ item: first, code }] };
    const middle = Math.ceil(items.length / 2);
    const left = await applyAll(sql, items.slice(0, middle), care, work);
    const right = await applyAll(sql, items.slice(middle), care, work);
    return { results: [...left.results, ...right.results], refused: [...left.refused, ...right.refused] };
  }
}

function refusalOf(error: unknown): ErrorCode | undefined {
  if (error instanceof Refused) return error.refusal;
  return error instanceof postgres.PostgresError ? codesBySqlState[error.code] : undefined;
}
