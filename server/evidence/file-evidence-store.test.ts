import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EvidenceStore } from './evidence-store.ts';
import { createFileEvidenceStore } from './file-evidence-store.ts';

let directory: string;
let store: EvidenceStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evidence-'));
  store = await createFileEvidenceStore(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const bytes = Buffer.from('sealed');

test('what is put is there, for another process too, until it is deleted', async () => {
  await store.put('school/name/0-6', bytes);
  const other = await createFileEvidenceStore(directory);
  expect(await other.get('school/name/0-6')).toEqual(bytes);
  await other.put('school/name/0-6', Buffer.from('anew'));
  expect((await store.get('school/name/0-6'))?.toString()).toBe('anew');
  await store.delete('school/name/0-6');
  await store.delete('school/name/0-6');
  expect(await store.get('school/name/0-6')).toBeNull();
});

test('a folder is listed with all that is below it, and nothing beside it', async () => {
  for (const path of ['a/one/0-1', 'a/one/whole', 'a/two/whole', 'b/one/whole', 'a1/one/whole']) await store.put(path, bytes);
  expect((await store.list('a/')).sort()).toEqual(['a/one/0-1', 'a/one/whole', 'a/two/whole']);
  expect((await store.list('a/one/')).sort()).toEqual(['a/one/0-1', 'a/one/whole']);
  expect(await store.list('nowhere/')).toEqual([]);
});

test('the folder of a file goes with it, while others write there', async () => {
  await store.put('a/one/whole', bytes);
  await store.delete('a/one/whole');
  expect(await readdir(join(directory, 'a'))).toEqual([]);
  await Promise.all(
    Array.from({ length: 40 }, async (_, turn) => {
      const path = `a/one/${String(turn)}`;
      await store.put(path, bytes);
      if (turn % 2 === 0) await store.delete(path);
    }),
  );
  expect(await store.list('a/one/')).toHaveLength(20);
});

test('a path that leads elsewhere is none', async () => {
  for (const path of ['../secret', 'a/../../secret', '/etc/passwd', 'a//b', '.incoming/x', '']) {
    await expect(store.put(path, bytes)).rejects.toThrow('Not a path');
  }
});

test('nobody else on the machine may read it, and what a crash left half-written goes', async () => {
  await store.put('a/one/whole', bytes);
  expect((await stat(join(directory, 'a/one/whole'))).mode & 0o077).toBe(0);
  const left = join(directory, '.incoming', 'half');
  await writeFile(left, 'half');
  await createFileEvidenceStore(directory);
  expect(await readdir(join(directory, '.incoming'))).toEqual(['half']);
  await utimes(left, 0, 0);
  await createFileEvidenceStore(directory);
  expect(await readdir(join(directory, '.incoming'))).toEqual([]);
});
