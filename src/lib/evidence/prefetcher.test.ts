import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FetchedStore } from '../data/files/fetched-store.ts';
import { NoRoom } from '../data/files/sealed-chunks.ts';
import { createKey } from '../data/sealing/seal.ts';
import { fetchFrom } from './fetch-file.ts';
import { markingLimits, type WaitingFile } from './prefetch-plan.ts';
import { EvidencePrefetcher } from './prefetcher.ts';

const file = (id: string): WaitingFile => ({ id, kind: 'photo', durationMs: null });
const content = (id: string) => `the photo ${id}`.repeat(1000);

let server: Server;
let store: FetchedStore;
let prefetcher: EvidencePrefetcher;
let waiting: WaitingFile[];
let isFree: boolean;
/** How the server answers: by id of the file, or everybody. */
let answers: Record<string, { status: number; code?: string }>;
let asked: string[];
const failures: unknown[] = [];

beforeEach(async () => {
  answers = {};
  asked = [];
  waiting = [];
  isFree = true;
  failures.length = 0;
  server = createServer((request, response) => {
    const id = (request.url ?? '').split('/').at(-1) ?? '';
    asked.push(id);
    const { status, code } = answers[id] ?? answers['*'] ?? { status: request.headers['x-studystreaks-user'] === 'teacher' ? 200 : 401 };
    if (status === 200) response.setHeader('content-type', 'image/jpeg').end(content(id));
    else response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ code }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  store = new FetchedStore('teacher', await createKey(), { indexedDB: new IDBFactory(), IDBKeyRange });
  prefetcher = new EvidencePrefetcher({
    store,
    fetch: fetchFrom((url, init) => fetch(url, init), 'teacher', origin),
    waiting: () => Promise.resolve(waiting),
    limits: markingLimits,
    mayFetch: () => isFree,
    random: () => 0,
    onFailure: (reason) => failures.push(reason),
    calmMs: 0,
  });
});
afterEach(async () => {
  prefetcher.stop();
  store.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  vi.restoreAllMocks();
  expect(failures).toEqual([]);
});

const held = async () => (await store.files()).map(({ id }) => id).sort();
const holds = (...ids: readonly string[]) =>
  vi.waitFor(
    async () => {
      expect(await held()).toEqual(ids);
    },
    { timeout: 5000 },
  );
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('S25: what waits for marking', () => {
  it('is fetched newest first, each once, and can be read without the server', async () => {
    waiting = [file('new'), file('old')];
    prefetcher.start();
    await holds('new', 'old');
    prefetcher.look();
    await settled();
    expect(asked).toEqual(['new', 'old']);
    const [first] = await store.files();
    if (!first) throw new Error('It was fetched.');
    expect(first).toMatchObject({ kind: 'photo', mediaType: 'image/jpeg', bytes: content('new').length });
    expect(await (await store.read(first)).text()).toBe(content('new'));
  });

  it('goes when it is marked, gone, withdrawn or out of reach, without a network too', async () => {
    waiting = [file('one'), file('two')];
    prefetcher.start();
    await holds('one', 'two');
    isFree = false;
    waiting = [file('two'), file('three')];
    prefetcher.look();
    await holds('two');
    expect(asked).not.toContain('three');
  });

  it('is not fetched before this tab leads, nor where each megabyte is paid for', async () => {
    waiting = [file('one')];
    prefetcher.look();
    await settled();
    isFree = false;
    prefetcher.start();
    await settled();
    expect(asked).toEqual([]);
    isFree = true;
    prefetcher.look();
    await holds('one');
  });

  it('is passed over where the school does not give it, and asked for again when the network comes back', async () => {
    answers = { one: { status: 404, code: 'not_found' } };
    waiting = [file('one'), file('two')];
    prefetcher.start();
    await holds('two');
    prefetcher.look();
    await settled();
    expect(asked).toEqual(['one', 'two']);
    answers = {};
    prefetcher.wake();
    await holds('one', 'two');
  });

  it('waits while nobody is signed in, and lets go meanwhile of what has to go', async () => {
    waiting = [file('one')];
    prefetcher.start();
    await holds('one');
    answers = { '*': { status: 401, code: 'not_signed_in' } };
    waiting = [file('one'), file('two')];
    prefetcher.look();
    await vi.waitFor(() => {
      expect(asked).toEqual(['one', 'two']);
    }, 10_000);
    answers = {};
    prefetcher.wake();
    waiting = [file('two')];
    prefetcher.look();
    await holds();
    expect(asked).toEqual(['one', 'two']);
    prefetcher.sessionRenewed();
    await holds('two');
  });

  it('is tried again by itself while the server is in trouble', async () => {
    answers = { '*': { status: 503, code: 'unavailable' } };
    waiting = [file('one')];
    prefetcher.start();
    await vi.waitFor(() => {
      expect(asked).toHaveLength(1);
    }, 10_000);
    answers = {};
    await holds('one');
  });

  it('makes room for what is nowhere else where the device is full', async () => {
    waiting = [file('one')];
    prefetcher.start();
    await holds('one');
    vi.spyOn(store, 'keep').mockRejectedValueOnce(new NoRoom());
    waiting = [file('one'), file('two')];
    prefetcher.look();
    await holds();
    prefetcher.look();
    await settled();
    expect(asked).toEqual(['one', 'two']);
  });
});
