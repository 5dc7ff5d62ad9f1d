import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { studentId } from '#domain/ids.ts';
import { createPictureVerifier } from '#domain/picture-codes/verifier.ts';
import { tryPictures } from './picture-tries.ts';

const child = v.parse(studentId, '018f0000-0000-7000-8000-000000000001');
const other = v.parse(studentId, '018f0000-0000-7000-8000-000000000002');
const verifier = { ...(await createPictureVerifier('1-5-9')), rounds: 1 };
const code = { studentId: child, verifier: { ...verifier, hash: '' }, version: 7 };
const now = 1_000_000;

let facts: Map<string, unknown>;
const store = () => ({
  fact: (key: string) => Promise.resolve(facts.get(key)),
  setFact: (key: string, value: unknown) => Promise.resolve(void facts.set(key, structuredClone(value))),
  removeFact: (key: string) => Promise.resolve(void facts.delete(key)),
});
beforeEach(() => {
  facts = new Map();
});

test('five wrong tries make the child wait; a restart forgets none of them, and the right pictures are not even tried', async () => {
  for (let count = 1; count < 5; count++) expect(await tryPictures(store(), code, '1-1-1', now)).toEqual({ kind: 'wrong' });
  expect(await tryPictures(store(), code, '1-1-1', now)).toEqual({ kind: 'wait', waitMs: 30_000 });
  const right = { ...code, verifier: await createPictureVerifier('1-5-9') };
  expect(await tryPictures(store(), right, '1-5-9', now + 29_000)).toEqual({ kind: 'wait', waitMs: 1_000 });
  expect(await tryPictures(store(), right, '1-5-9', now + 30_000)).toEqual({ kind: 'right' });
  expect(facts.size).toBe(0);
});

test('one child’s wrong tries are no other’s', async () => {
  for (let count = 1; count <= 5; count++) await tryPictures(store(), code, '1-1-1', now);
  expect(await tryPictures(store(), { ...code, studentId: other }, '1-1-1', now)).toEqual({ kind: 'wrong' });
});

test('a teacher’s unlock, which comes as a newer version of the code, lets the child try at once', async () => {
  for (let count = 1; count <= 6; count++) await tryPictures(store(), code, '1-1-1', now);
  expect(await tryPictures(store(), { ...code, version: 8 }, '1-1-1', now)).toEqual({ kind: 'wrong' });
});
