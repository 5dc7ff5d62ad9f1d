import { createHash } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { EvidenceStore } from '../data/files/evidence-store.ts';
import { createKey } from '../data/sealing/seal.ts';
import { tusSend } from './tus-send.ts';
import { TusServer } from './testing/tus-server.ts';
import { EvidenceUploader, type Standing } from './uploader.ts';

const content = new Uint8Array(evidenceLimits.chunkBytes * 2 + 1234).map((_, index) => (index * 7) % 253);
let server: TusServer;
let store: EvidenceStore;
let uploader: EvidenceUploader;
let standing: Standing;
const failures: unknown[] = [];

function newUploader(): EvidenceUploader {
  return new EvidenceUploader({
    store,
    send: tusSend({ fetch: (url, init) => fetch(url, init), userId: 'maya', origin: server.url }),
    standingOf: () => Promise.resolve(standing),
    random: () => 0,
    onFailure: (reason) => failures.push(reason),
  });
}

beforeEach(async () => {
  server = await TusServer.start();
  store = new EvidenceStore('person', await createKey(), { indexedDB: new IDBFactory(), IDBKeyRange });
  standing = { homework: 'acknowledged', receipt: null };
  failures.length = 0;
  uploader = newUploader();
});
afterEach(async () => {
  uploader.stop();
  await server.stop();
  store.close();
  expect(failures).toEqual([]);
});

async function logged(): Promise<string> {
  const file = await store.capture({ content: new Blob([content]), kind: 'audio', durationMs: 4200.4, draftKey: 'maths' });
  const [evidenceId = ''] = await store.log([file.id]);
  return evidenceId;
}

const state = async () => (await store.files())[0]?.state;
const becomes = (expected: string | undefined) =>
  vi.waitFor(
    async () => {
      expect(await state()).toBe(expected);
    },
    { timeout: 5000 },
  );

describe('sending files', () => {
  it('sends a file in chunks with what the server has to know of it', async () => {
    const id = await logged();
    await uploader.start();
    await becomes('stored');
    expect(server.contentOf(id)).toEqual(Buffer.from(content));
    expect(server.metadataOf(id)).toEqual({ evidence: id, sha256: createHash('sha256').update(content).digest('hex'), durationMs: '4200' });
    expect(server.requests[0]?.method).toBe('POST');
    expect(server.requests.every(({ user }) => user === 'maya')).toBe(true);
    expect(server.requests.filter(({ method }) => method === 'PATCH').map(({ bytes }) => bytes)).toEqual([
      evidenceLimits.chunkBytes,
      evidenceLimits.chunkBytes,
      1234,
    ]);
  });

  it('waits for the homework that it belongs to', async () => {
    standing = { homework: 'waits', receipt: null };
    await logged();
    await uploader.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toEqual([]);
    standing = { homework: 'acknowledged', receipt: null };
    uploader.look();
    await becomes('stored');
  });

  it('goes on where it was after a lost network and a kill, from the middle of a chunk too', async () => {
    const id = await logged();
    server.dieAfterBytes = evidenceLimits.chunkBytes + 100;
    await uploader.start();
    await vi.waitFor(() => {
      expect(server.hasDied).toBe(true);
    }, 10_000);
    uploader.stop();
    const sentBefore = server.contentOf(id).length;
    expect(sentBefore).toBeGreaterThan(0);
    server.requests.length = 0;
    uploader = newUploader();
    await uploader.start();
    await becomes('stored');
    expect(server.contentOf(id)).toEqual(Buffer.from(content));
    expect(server.requests.slice(0, 2).map(({ method }) => method)).toEqual(['POST', 'HEAD']);
    const sentAfter = server.requests.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(sentAfter).toBe(content.length - sentBefore);
  });

  it('is not said to be on its way after a kill or behind a network that leads nowhere', async () => {
    await logged();
    const [file] = await store.files();
    await store.advance(file?.id ?? '', 'send_began', { sentBytes: 9 });
    standing = { homework: 'waits', receipt: null };
    await uploader.start();
    expect((await store.files())[0]).toMatchObject({ state: 'queued', sentBytes: 9 });

    server.answer = { status: 503, code: 'busy', times: Infinity };
    standing = { homework: 'acknowledged', receipt: null };
    uploader.look();
    await vi.waitFor(() => {
      expect(server.requests).not.toEqual([]);
    });
    await becomes('queued');
  });

  it.each([
    { much: 'all', bytes: content.length },
    { much: 'a part', bytes: evidenceLimits.chunkBytes },
  ])('sends nothing again of what the server has from another device: $much of it', async ({ bytes }) => {
    const id = await logged();
    server.begin(id, content.subarray(0, bytes), content.length);
    await uploader.start();
    await becomes('stored');
    expect(server.contentOf(id)).toEqual(Buffer.from(content));
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'HEAD', ...(bytes < content.length ? ['PATCH', 'PATCH'] : [])]);
    expect(server.requests.reduce((sum, { bytes: sent }) => sum + sent, 0)).toBe(content.length - bytes);
  });

  it('tries again by itself while the server is in trouble', async () => {
    await logged();
    server.answer = { status: 503, code: 'busy', times: 1 };
    await uploader.start();
    await becomes('stored');
  });

  it('goes at once when the server is heard again, however long it would have paused after failing so often', async () => {
    await logged();
    server.answer = { status: 503, code: 'busy', times: Infinity };
    await uploader.start();
    for (let time = 1; time <= 8; time++) {
      await vi.waitFor(() => {
        expect(server.requests).toHaveLength(time);
      }, 10_000);
      await becomes('queued');
      if (time < 8) uploader.wake();
    }
    server.answer = null;
    uploader.heard();
    await becomes('stored');
  });

  it('stops where consent was withdrawn, and says why', async () => {
    await logged();
    server.answer = { status: 403, code: 'no_consent', times: Infinity };
    await uploader.start();
    await becomes('refused');
    expect((await store.files())[0]?.refusal).toBe('no_consent');
  });

  it('keeps what the school takes another day, sends the others meanwhile, and goes on by itself when it is time', async () => {
    await logged();
    await logged();
    server.answer = { status: 429, code: 'too_many_files_today', retryAfter: '0.5', times: 1 };
    await uploader.start();
    const shown = async () => (await store.files()).map(({ state: how, delay }) => [how, delay]);
    const [queued, stored] = [
      ['queued', 'too_many_files_today'],
      ['stored', null],
    ];
    await vi.waitFor(async () => {
      expect(await shown()).toEqual([queued, stored]);
    }, 10_000);
    const asked = server.requests.length;
    uploader.look();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests.length).toBe(asked);
    await vi.waitFor(
      async () => {
        expect(await shown()).toEqual([stored, stored]);
      },
      { timeout: 5000 },
    );
  });

  it('asks again for what was to wait a day when the person does', async () => {
    await logged();
    server.answer = { status: 429, code: 'too_many_files_today', retryAfter: '86400', times: 1 };
    await uploader.start();
    await becomes('queued');
    await vi.waitFor(async () => {
      expect((await store.files())[0]?.delay).toBe('too_many_files_today');
    }, 10_000);
    uploader.wake();
    await becomes('stored');
  });

  it('holds on while nobody is signed in', async () => {
    await logged();
    server.answer = { status: 401, code: 'not_signed_in', times: Infinity };
    await uploader.start();
    await vi.waitFor(() => {
      expect(server.requests.length).toBeGreaterThan(0);
    }, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.answer = null;
    const before = server.requests.length;
    uploader.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests.length).toBe(before);
    uploader.sessionRenewed();
    await becomes('stored');
  });

  it('lets go of a file when the receipt says that it is safe, and only then', async () => {
    const id = await logged();
    await uploader.start();
    await becomes('stored');
    standing = {
      homework: 'acknowledged',
      receipt: { id, kind: 'audio', state: 'ready', mediaType: 'audio/webm', durationMs: 1, refusal: null },
    };
    uploader.look();
    await becomes(undefined);
  });
});
