import { chmod, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileVault } from './file-vault.ts';
import { VaultConflict, type Vault } from './vault.ts';

let directory: string;
let vault: Vault;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vault-'));
  vault = await createFileVault(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const bytes = (text: string): Buffer => Buffer.from(text);
const textOf = async (one: Vault, path: string): Promise<string | null> => {
  const object = await one.read(path);
  return object && Buffer.from(object.bytes).toString();
};

test('what was written is there after a restart', async () => {
  await vault.write('keys/school/child.json', bytes('first'), null);
  const object = await vault.read('keys/school/child.json');
  await vault.write('keys/school/child.json', bytes('second'), object?.version ?? null);
  expect(await textOf(await createFileVault(directory), 'keys/school/child.json')).toBe('second');
  expect(await textOf(vault, 'keys/school/other.json')).toBeNull();
});

test('of writers who saw the same version one wins, the others learn of it', async () => {
  await vault.write('epoch.json', bytes('0'), null);
  const { version } = (await vault.read('epoch.json')) ?? { version: null };
  const others = await Promise.all(Array.from({ length: 8 }, () => createFileVault(directory)));
  const results = await Promise.allSettled(others.map((one, index) => one.write('epoch.json', bytes(`writer ${String(index)}`), version)));
  const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
  expect(won).toHaveLength(1);
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(VaultConflict);
  expect(await textOf(vault, 'epoch.json')).toBe(`writer ${String(won[0])}`);
});

test('no write that was built on another loses it', async () => {
  await vault.write('epoch.json', bytes('0'), null);
  const add = async (one: Vault): Promise<void> => {
    for (;;) {
      const object = await one.read('epoch.json');
      const next = Number(Buffer.from(object?.bytes ?? []).toString()) + 1;
      try {
        await one.write('epoch.json', bytes(String(next)), object?.version ?? null);
        return;
      } catch (error) {
        if (!(error instanceof VaultConflict)) throw error;
      }
    }
  };
  const writers = await Promise.all(Array.from({ length: 4 }, () => createFileVault(directory)));
  await Promise.all(
    writers.map(async (one) => {
      for (let count = 0; count < 10; count++) await add(one);
    }),
  );
  expect(Number(await textOf(vault, 'epoch.json'))).toBeGreaterThanOrEqual(40);
});

test('a writer that read an object before it was removed cannot bring it back', async () => {
  await vault.write('keys/school/child.json', bytes('key'), null);
  const before = await vault.read('keys/school/child.json');
  await vault.remove('keys/school/child.json');
  expect(await vault.read('keys/school/child.json')).toBeNull();
  await expect(vault.write('keys/school/child.json', bytes('key'), before?.version ?? null)).rejects.toThrow(VaultConflict);
  expect(await vault.list('keys')).toEqual([]);
  await vault.remove('keys/school/child.json');
  await vault.remove('keys/school/never.json');
});

test('nothing of an object’s earlier contents stays on the disk', async () => {
  await vault.write('a.json', bytes('one'), null);
  await vault.write('a.json', bytes('two'), '1');
  await vault.remove('a.json');
  const names = await readdir(join(directory, 'a.json'));
  expect(names).toHaveLength(1);
  expect((await stat(join(directory, 'a.json', names[0] ?? ''))).size).toBe(0);
});

test('a half-written file is never seen, and is swept away once it is old', async () => {
  const left = join(directory, '.incoming', 'left-by-a-crash');
  await writeFile(left, '{"half":');
  expect(await vault.list('')).toEqual([]);
  await createFileVault(directory);
  expect(await readdir(join(directory, '.incoming'))).toEqual(['left-by-a-crash']);
  const old = new Date(Date.now() - 2 * 3_600_000);
  await utimes(left, old, old);
  await createFileVault(directory);
  expect(await readdir(join(directory, '.incoming'))).toEqual([]);
});

test('objects are listed by their folder', async () => {
  await vault.write('keys/b/2.json', bytes('x'), null);
  await vault.write('keys/a/1.json', bytes('x'), null);
  await vault.write('epoch.json', bytes('x'), null);
  expect(await vault.list('keys/')).toEqual(['keys/a/1.json', 'keys/b/2.json']);
  expect(await vault.list('')).toEqual(['epoch.json', 'keys/a/1.json', 'keys/b/2.json']);
  expect(await vault.list('erasure')).toEqual([]);
});

test('files are for their owner alone', async () => {
  await vault.write('a.json', bytes('x'), null);
  expect((await stat(join(directory, 'a.json', '1'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'a.json'))).mode & 0o777).toBe(0o700);
});

test('a path cannot lead out of the vault', async () => {
  for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '', '.incoming/x', 'a/./b']) {
    await expect(vault.write(path, bytes('x'), null)).rejects.toThrow(/Not a path/);
  }
});

test('an error of the disk is told, not taken for absence', async () => {
  await writeFile(join(directory, 'file'), 'x');
  await chmod(join(directory, 'file'), 0o600);
  await expect(vault.read('file/below.json')).rejects.toThrow(/ENOTDIR/);
});
