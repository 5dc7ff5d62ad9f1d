import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartError } from '../../start-error.ts';
import { loadMasterKey } from './master-key.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'master-key-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a first start makes a key for its owner alone, later starts read it', async () => {
  const file = join(directory, 'data', 'master.key');
  const keys = await Promise.all([loadMasterKey(file), loadMasterKey(file), loadMasterKey(file)]);
  const again = await loadMasterKey(file);
  for (const key of keys) expect(key).toEqual(again);
  expect(again).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'data'))).mode & 0o777).toBe(0o700);
});

test('a key that others may read stops the start', async () => {
  const file = join(directory, 'master.key');
  await loadMasterKey(file);
  await chmod(file, 0o644);
  await expect(loadMasterKey(file)).rejects.toThrow(StartError);
});

test('a file of another length is no master key, and is left as it is', async () => {
  const file = join(directory, 'master.key');
  await writeFile(file, 'short', { mode: 0o600 });
  await expect(loadMasterKey(file)).rejects.toThrow(/32 bytes/);
  expect(await readFile(file, 'utf8')).toBe('short');
});

test('where the key must not be made anew, its absence stops the start', async () => {
  await expect(loadMasterKey(join(directory, 'master.key'), false)).rejects.toThrow(/no master key/);
});
