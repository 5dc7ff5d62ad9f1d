import type { JSONValue, TransactionSql } from 'postgres';

/** A row as columns; bytes are written as `\x…`. */
export type Row = Readonly<Record<string, JSONValue | Uint8Array | undefined>>;

const rowsAtATime = 2_000;

/** Inserts many rows in few statements. All rows have the columns of the first. */
export async function insertRows(sql: TransactionSql, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first);
  for (let start = 0; start < rows.length; start += rowsAtATime) {
    const batch = rows.slice(start, start + rowsAtATime).map(toJson);
    await sql`
      insert into ${sql(table)} (${sql(columns)})
      select ${sql(columns)} from jsonb_populate_recordset(null::${sql(table)}, ${sql.json(batch)})`;
  }
}

function toJson(row: Row): JSONValue {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : (value ?? null),
    ]),
  );
}
