import { createHash } from 'node:crypto';
import { collections, type CollectionName } from '#domain/collections/index.ts';
import { digestLine, type DigestRequest, type DigestResponse } from '#domain/sync/protocol.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';

type Answers = DigestResponse['collections'];

/**
 * Compares what the caller's device holds with what it should hold now (S23): a count and a hash over ids and versions;
 * where they differ, every id and version, from which the device heals.
 */
export async function digest(sql: Transaction, entering: Promise<Entered>, asked: DigestRequest['collections']): Promise<DigestResponse> {
  const [answers, { head }] = await Promise.all([
    Promise.all(
      Object.values(collections).flatMap(({ name }) => {
        const held = asked[name];
        return held ? compare(sql, name, held) : [];
      }),
    ),
    entering,
  ]);
  return { epoch: head.epoch, collections: Object.fromEntries(answers) };
}

async function compare(
  sql: Transaction,
  name: CollectionName,
  held: { readonly count: number; readonly hash: string },
): Promise<[CollectionName, NonNullable<Answers[CollectionName]>]> {
  const rows = await sql<{ document_id: string; version: number }[]>`
    select document_id, version from app.digest(${name}, ${collections[name].audiences}) order by document_id`;
  const hash = createHash('sha256');
  for (const row of rows) hash.update(digestLine(row.document_id, row.version));
  return rows.length === held.count && hash.digest('hex') === held.hash
    ? [name, { matches: true }]
    : [name, { matches: false, versions: rows.map((row) => [row.version, row.document_id]) }];
}
