import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { notices } from '#domain/collections/notices.ts';
import { byNewest, isTold, toRead } from './read-state.ts';

const documentId = uuidv7();
function notice(createdAt: string, fields: object = {}) {
  const base = { id: uuidv7(), version: 1, kind: 'rejection', code: 'clash', message: 'No.', collection: 'completions', documentId };
  return v.parse(notices.schema, { ...base, studentId: null, createdAt, ...fields });
}
const older = notice('2026-11-24T09:00:00.000Z');
const newer = notice('2026-11-25T09:00:00.000Z', { documentId: uuidv7() });

it('shows the newest first', () => {
  expect(byNewest([older, newer])).toEqual([newer, older]);
});

it('counts what was not read, and not what the chip asks to look at already', () => {
  const aside = [{ collection: 'completions' as const, id: documentId }];
  expect(toRead([newer, older], new Set(), [])).toEqual([newer, older]);
  expect(toRead([newer, older], new Set([newer.id]), [])).toEqual([older]);
  expect(toRead([newer, older], new Set(), aside)).toEqual([newer]);
  expect(isTold(older, aside)).toBe(true);
  // The same id in another collection is another document.
  expect(isTold(older, [{ collection: 'reviews', id: documentId }])).toBe(false);
  expect(isTold(notice('2026-11-24T09:00:00.000Z', { collection: null, documentId: null }), aside)).toBe(false);
});
