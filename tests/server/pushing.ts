import { expect } from 'vitest';
import { errorCodes } from '#domain/errors.ts';
import type { TestServer } from '../setup/server.ts';
import type { Person } from './person.ts';

/** What a device pushes, what it is told, and what is there then. */

export const nothingWrong = { conflicts: [], rejections: [] };

export const refusal = (id: string, code: keyof typeof errorCodes) => ({ id, code, message: errorCodes[code] });

export const push = (person: Person, document: object, assumedMasterState?: object | null) =>
  person.push('completions', [{ newDocumentState: document, ...(assumedMasterState !== undefined && { assumedMasterState }) }]);

/** What the person sees of a document. */
export const found = async (person: Person, collection: string, id: string) =>
  (await person.pullAll(collection)).documents.find((document) => document.id === id);

/** Everything that a replay must not change. */
async function counts({ sql }: TestServer) {
  const [row] = await sql`
    select (select count(*) from homework_completions) as completions, (select count(*) from completion_reviews) as reviews,
      (select count(*) from notices) as notices, (select count(*) from rejected_pushes) as rejected,
      (select sum(version) from school_clock) as clocks`;
  return row;
}

/** The same, when what follows from the last push has been derived. */
export async function settledCounts(server: TestServer) {
  await expect.poll(async () => (await server.sql`select 1 from derivations_due`).length, { timeout: 10_000 }).toBe(0);
  let before = await counts(server);
  await expect
    .poll(
      async () => {
        const now = await counts(server);
        const isSettled = JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return isSettled;
      },
      { interval: 150 },
    )
    .toBe(true);
  return before;
}
