import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileVault } from '../../vault/file-vault.ts';
import type { Vault } from '../../vault/vault.ts';
import { SealBroken } from './envelope.ts';
import { KeyMissing } from './key-file.ts';
import { createKeyring } from './keyring.ts';
import { UnknownKey } from './subject-cipher.ts';

const school = '01900000-0000-7000-8000-000000000001';
const otherSchool = '01900000-0000-7000-8000-000000000002';
const maya = '01900000-0000-7000-8000-000000000003';
const leo = '01900000-0000-7000-8000-000000000004';
const cell = { table: 'homework_completions', column: 'written_work_encrypted', row: 'a' };
const masterKey = randomBytes(32);

let directory: string;
let vault: Vault;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keyring-'));
  vault = await createFileVault(directory);
});
afterEach(() => rm(directory, { recursive: true }));

test('what is sealed for a child opens for that child and cell, also after a restart', async () => {
  const first = createKeyring({ vault, masterKey });
  await first.ensureSubject(school, maya);
  const sealed = await first.encrypt({ schoolId: school, subjectId: maya }, cell, 'My dog is called Biscuit. 🐕');
  expect(sealed.includes('Biscuit')).toBe(false);

  const restarted = createKeyring({ vault: await createFileVault(directory), masterKey });
  expect(await restarted.decrypt({ schoolId: school, subjectId: maya }, cell, sealed)).toBe('My dog is called Biscuit. 🐕');
});

test('a changed byte anywhere is noticed', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubject(school, maya);
  const cipher = await keyring.subject(school, maya);
  const sealed = cipher.encrypt(cell, 'words');
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => cipher.decrypt(cell, changed)).toThrow();
  }
  expect(() => cipher.decrypt(cell, sealed.subarray(0, 30))).toThrow(SealBroken);
  expect(() => cipher.decrypt(cell, new Uint8Array())).toThrow();
});

test('a value moved to another row, column or table does not open', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubject(school, maya);
  const cipher = await keyring.subject(school, maya);
  const sealed = cipher.encrypt(cell, 'words');
  for (const moved of [{ row: 'b' }, { column: 'other' }, { table: 'other' }]) {
    expect(() => cipher.decrypt({ ...cell, ...moved }, sealed)).toThrow(SealBroken);
  }
});

test('the same text never seals to the same bytes twice', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubject(school, maya);
  const cipher = await keyring.subject(school, maya);
  expect(cipher.encrypt(cell, 'words').equals(cipher.encrypt(cell, 'words'))).toBe(false);
});

test('one child’s key opens nothing of another child', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubjects(school, [maya, leo]);
  const ciphers = await keyring.subjects(school, [maya, leo]);
  const sealed = ciphers.get(maya)?.encrypt(cell, 'words') ?? Buffer.of();
  expect(() => ciphers.get(leo)?.decrypt(cell, sealed)).toThrow(UnknownKey);
});

test('a wrapped key put in another child’s place does not open', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubject(school, maya);
  const object = await vault.read(`keys/${school}/${maya}.json`);
  await vault.write(`keys/${school}/${leo}.json`, object?.bytes ?? Buffer.of(), null);
  await expect(keyring.subject(school, leo)).rejects.toThrow(SealBroken);
});

test('another master key opens nothing', async () => {
  await createKeyring({ vault, masterKey }).ensureSubject(school, maya);
  await expect(createKeyring({ vault, masterKey: randomBytes(32) }).subject(school, maya)).rejects.toThrow(SealBroken);
});

test('two processes that make the same key at once end up with one', async () => {
  const keyrings = [1, 2, 3].map(() => createKeyring({ vault, masterKey }));
  await Promise.all(keyrings.map((keyring) => keyring.ensureSubjects(school, [maya, leo])));
  const [first, second] = keyrings;
  const sealed = await first?.encrypt({ schoolId: school, subjectId: leo }, cell, 'words');
  expect(await second?.decrypt({ schoolId: school, subjectId: leo }, cell, sealed ?? Buffer.of())).toBe('words');
});

test('a subject whose key was deleted is missing, once memory has let go of it', async () => {
  let now = new Date('2026-11-24T08:00:00Z');
  const keyring = createKeyring({ vault, masterKey, clock: () => now });
  await keyring.ensureSubjects(school, [maya, leo]);
  await keyring.subject(school, maya);
  await vault.remove(`keys/${school}/${maya}.json`);
  now = new Date('2026-11-24T08:05:00Z');
  await expect(keyring.subject(school, maya)).rejects.toThrow(KeyMissing);
  expect([...(await keyring.subjects(school, [maya, leo])).keys()]).toEqual([leo]);
});

test('keys that are at hand are told as hits, keys that were let go or changed by another process as misses', async () => {
  let now = new Date('2026-11-24T08:00:00Z');
  const told: string[] = [];
  const keyring = createKeyring({ vault, masterKey, clock: () => now, looked: (outcome) => told.push(outcome) });
  await keyring.ensureSubjects(school, [maya]);
  told.length = 0;
  await keyring.subject(school, maya);
  await keyring.subject(school, maya);
  expect(told.slice(-1)).toEqual(['hit']);
  expect(told).toContain('miss');
  told.length = 0;
  now = new Date('2026-11-24T08:05:00Z');
  await keyring.subject(school, maya);
  expect(told).toContain('miss');
});

test('more subjects than the cache holds still open', async () => {
  const keyring = createKeyring({ vault, masterKey, cacheSize: 2 });
  const children = Array.from({ length: 12 }, (_, index) => `child-${String(index)}`);
  await keyring.ensureSubjects(school, children);
  const ciphers = await keyring.subjects(school, children);
  expect(ciphers.size).toBe(12);
});

test('a blind index is the same for the same address however it is typed, and differs by school and purpose', async () => {
  const keyring = createKeyring({ vault, masterKey });
  await keyring.ensureSubject(school, school);
  await keyring.ensureSubject(otherSchool, otherSchool);
  const index = await keyring.blindIndex(school, 'email', 'Teacher@Oak-Hill.example ');
  expect(index).toHaveLength(32);
  expect(await createKeyring({ vault, masterKey }).blindIndex(school, 'email', 'teacher@oak-hill.example')).toEqual(index);
  expect(await keyring.blindIndex(school, 'login', 'teacher@oak-hill.example')).not.toEqual(index);
  expect(await keyring.blindIndex(otherSchool, 'email', 'teacher@oak-hill.example')).not.toEqual(index);
});

test('a lookup hash is the same in every process', async () => {
  const hashes = await Promise.all([1, 2].map(() => createKeyring({ vault, masterKey }).lookupHash('class_code', 'willow4')));
  expect(hashes[0]).toEqual(hashes[1]);
  expect(await createKeyring({ vault, masterKey }).lookupHash('class_code', 'WILLOW4')).toEqual(hashes[0]);
  expect(await createKeyring({ vault, masterKey }).lookupHash('school_slug', 'WILLOW4')).not.toEqual(hashes[0]);
});
