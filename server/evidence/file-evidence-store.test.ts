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

test('the folder of a file goes with it', async () => {
  await store.put('a/one/whole', bytes);
  await store.delete('a/one/whole');
  expect(await readdir(join(directory, 'a'))).toEqual([]);
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
