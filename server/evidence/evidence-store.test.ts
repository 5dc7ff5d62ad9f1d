import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEvidenceStore } from '../../tests/setup/memory-evidence-store.ts';
import { startS3Server } from '../../tests/setup/s3-server.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { createFileEvidenceStore } from './file-evidence-store.ts';
import { createS3EvidenceStore } from './s3-evidence-store.ts';

interface Place {
  /** As by another process of the server. */
  open(): Promise<EvidenceStore>;
  remove(): Promise<void>;
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async 'a folder'() {
    const directory = await mkdtemp(join(tmpdir(), 'evidence-'));
    return { open: () => createFileEvidenceStore(directory), remove: () => rm(directory, { recursive: true, force: true }) };
  },
  'the memory of tests'() {
    const store = createMemoryEvidenceStore();
    return Promise.resolve({ open: () => Promise.resolve(store), remove: () => Promise.resolve() });
  },
  async 'a bucket'() {
    const server = await startS3Server();
    return { open: () => Promise.resolve(createS3EvidenceStore(server.place)), remove: server.stop };
  },
  async 'a folder of a bucket'() {
    const server = await startS3Server();
    const place = { ...server.place, folder: 'schools/north' };
    server.objects.set('a/one/elsewhere', Buffer.from('of somebody else'));
    return { open: () => Promise.resolve(createS3EvidenceStore(place)), remove: server.stop };
  },
};

const bytes = Buffer.from('sealed');

describe.each(Object.entries(places))('an evidence store in %s', (_, begin) => {
  let place: Place;
  let store: EvidenceStore;
  beforeEach(async () => {
    place = await begin();
    store = await place.open();
  });
  afterEach(() => place.remove());

  test('has what was put, for another process too, until it is deleted', async () => {
    await store.put('school/name/0-6', bytes);
    const other = await place.open();
    expect(await other.get('school/name/0-6')).toEqual(bytes);
    await other.put('school/name/0-6', Buffer.from('anew'));
    expect((await store.get('school/name/0-6'))?.toString()).toBe('anew');
    await store.delete('school/name/0-6');
    await store.delete('school/name/0-6');
    expect(await store.get('school/name/0-6')).toBeNull();
    expect(await store.list('school/')).toEqual([]);
  });

  test('gives back bytes of every value, none, and as many as a file may have', async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const large = randomBytes(10 * 1024 * 1024);
    for (const [path, content] of [
      ['a/one/every', every],
      ['a/one/none', Buffer.alloc(0)],
      ['a/one/large', large],
    ] as const) {
      await store.put(path, content);
      expect(content.equals((await store.get(path)) ?? Buffer.from('nothing'))).toBe(true);
    }
  });

  test('keeps what it was given, whatever becomes of that', async () => {
    const given = Buffer.from('sealed');
    await store.put('a/one/whole', given);
    given.fill(0);
    expect(await store.get('a/one/whole')).toEqual(bytes);
  });

  test('lists a folder with all that is below it, and nothing beside it', async () => {
    for (const path of ['a/one/0-1', 'a/one/whole', 'a/two/whole', 'b/one/whole', 'a1/one/whole']) await store.put(path, bytes);
    expect((await store.list('a/')).sort()).toEqual(['a/one/0-1', 'a/one/whole', 'a/two/whole']);
    expect((await store.list('a/one/')).sort()).toEqual(['a/one/0-1', 'a/one/whole']);
    expect(await store.list('nowhere/')).toEqual([]);
  });

  test('takes writing and deleting side by side', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, turn) => {
        const path = `a/one/${String(turn)}`;
        await store.put(path, bytes);
        if (turn % 2 === 0) await store.delete(path);
      }),
    );
    expect(await store.list('a/one/')).toHaveLength(20);
  });

  test('takes a path that leads elsewhere for none', async () => {
    for (const path of ['../secret', 'a/../../secret', '/etc/passwd', 'a//b', '.incoming/x', '', 'a/b?c', 'a/%2e%2e/b', 'A/b']) {
      const attempts = [() => store.put(path, bytes), () => store.get(path), () => store.delete(path), () => store.list(path)];
      for (const attempt of attempts) {
        await expect(Promise.resolve().then<unknown>(attempt)).rejects.toThrow('Not a path of the evidence store');
      }
    }
  });
});
