import { expect, it } from 'vitest';
import type { LogDocument } from './log-document.ts';
import { WaitingWrites } from './waiting-writes.ts';

const document = (id: string): LogDocument => ({ id, _deleted: false, _attachments: {}, _rev: '1-test', _meta: { lwt: 1 } });

function waiting(...writes: readonly (readonly [collection: string, ...ids: string[]])[]) {
  const made = new WaitingWrites();
  const refused: unknown[] = [];
  for (const [collection, ...ids] of writes) {
    made.add({
      collection,
      rows: ids.map((id) => ({ document: document(id) })),
      context: 'test',
      resolve: () => undefined,
      reject: (reason) => refused.push(reason),
    });
  }
  const taken = () => made.take().map(({ collection, rows }) => [collection, ...rows.map((row) => row.document.id)].join(' '));
  return { made, refused, taken };
}

it('takes all that touches different documents at once', () => {
  const { made, taken } = waiting(['completions', 'a'], ['completions', 'b', 'c'], ['reviews', 'a']);
  expect(taken()).toEqual(['completions a', 'completions b c', 'reviews a']);
  expect(made.isEmpty).toBe(true);
});

it('never takes two writes of one document together, nor lets what follows in its collection overtake', () => {
  const { made, taken } = waiting(['completions', 'a'], ['completions', 'b', 'a'], ['completions', 'c'], ['reviews', 'c']);
  expect(taken()).toEqual(['completions a', 'reviews c']);
  expect(made.isEmpty).toBe(false);
  expect(taken()).toEqual(['completions b a', 'completions c']);
  expect(taken()).toEqual([]);
});

it('refuses everything that waits, and each once', () => {
  const { made, refused } = waiting(['completions', 'a'], ['completions', 'a']);
  made.rejectAll('full');
  made.rejectAll('again');
  expect(refused).toEqual(['full', 'full']);
  expect(made.isEmpty).toBe(true);
});
