import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import type { CollectionName } from '#domain/collections/index.ts';
import type { PushResponse } from '#domain/sync/protocol.ts';
import type { PushRow } from '../data/replication.ts';
import { Refused, Unreachable } from './http.ts';
import { PushQueue, type PushQueueOptions } from './push-queue.ts';

function row(fields: object = {}, assumed?: object): PushRow {
  const document = { id: uuidv7(), version: 0, _deleted: false, writtenWork: 'words', ...fields };
  return { newDocumentState: document, assumedMasterState: assumed ? { ...document, ...assumed } : undefined };
}

function queue(send: (rows: readonly PushRow[]) => PushResponse, more: Partial<PushQueueOptions> = {}) {
  const sent: (readonly string[])[] = [];
  const refused: Parameters<PushQueueOptions['refuse']>[0][] = [];
  const made = new PushQueue({
    send: (_collection: CollectionName, rows) => {
      sent.push(rows.map(({ newDocumentState }) => newDocumentState.id));
      return Promise.resolve().then(() => send(rows));
    },
    isOwnWork: () => false,
    references: () => Promise.resolve(),
    refuse: (entry) => {
      refused.push(entry);
      return Promise.resolve();
    },
    onSent: () => undefined,
    ...more,
  });
  return { made, sent, refused };
}

const taken = (): PushResponse => ({ conflicts: [], rejections: [] });

it('sends nothing that the server has already', async () => {
  const { made, sent } = queue(taken);
  // A merge that came out as the server’s own state, and a document that was pulled just before the device died.
  await made.push('completions', [row({ version: 3 }, { version: 3 }), row({ version: 7 })]);
  expect(sent).toEqual([]);
});

it('sends the person’s own change of a document whose server state was never noted', async () => {
  const changed = row({ version: 7 });
  const { made, sent } = queue(taken, { isOwnWork: (_collection, id) => id === changed.newDocumentState.id });
  await made.push('completions', [changed]);
  expect(sent).toHaveLength(1);
});

it('S16: a row that is too large is found by halving, set aside, and holds nobody back', async () => {
  const rows = [row(), row({ writtenWork: 'far too much' }), row(), row()];
  const { made, sent, refused } = queue((batch) => {
    if (batch.some(({ newDocumentState }) => newDocumentState['writtenWork'] === 'far too much'))
      throw new Refused(413, 'body_too_large', 'That is more than can be sent at once.');
    return taken();
  });
  const masters = await made.push('completions', rows);
  expect(refused).toMatchObject([{ id: rows[1]?.newDocumentState.id, kind: 'created', code: 'body_too_large' }]);
  expect(masters).toMatchObject([{ id: rows[1]?.newDocumentState.id, _deleted: true }]);
  expect(new Set(sent.flat())).toEqual(new Set(rows.map(({ newDocumentState }) => newDocumentState.id)));
});

it('S16: what may pass is thrown, to be tried again', async () => {
  const { made } = queue(() => {
    throw new Unreachable('The server did not answer.');
  });
  await expect(made.push('completions', [row()])).rejects.toBeInstanceOf(Unreachable);
  expect(made.isPushing).toBe(false);
});

it('S15: a refusal without the server’s state falls back on what was assumed', async () => {
  const changed = row({ version: 4, writtenWork: 'too late' }, { writtenWork: 'as it was' });
  const { id } = changed.newDocumentState;
  const { made, refused } = queue(() => ({ conflicts: [], rejections: [{ id, code: 'already_marked', message: 'Marked.' }] }));
  expect(await made.push('completions', [changed])).toMatchObject([{ id, writtenWork: 'as it was' }]);
  expect(refused).toMatchObject([{ kind: 'changed', fields: { writtenWork: 'too late' } }]);
});

it('keeps one batch behind the other, and no request over two million bytes', async () => {
  const order: string[] = [];
  const { made, sent } = queue(taken, {
    send: async (_collection, rows) => {
      order.push(`begin ${String(rows.length)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push('end');
      return taken();
    },
  });
  const large = row({ writtenWork: 'x'.repeat(600_000) });
  await Promise.all([made.push('completions', [large, row({ writtenWork: 'x'.repeat(600_000) })]), made.push('completions', [row()])]);
  expect(order).toEqual(['begin 1', 'end', 'begin 1', 'end', 'begin 1', 'end']);
  expect(sent).toEqual([]);
});
