import { EventSource } from 'eventsource';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { v7 as uuidv7 } from 'uuid';
import type { Fetch } from '../../../src/lib/sync/http.ts';
import type { OpenEventStream } from '../../../src/lib/sync/stream.ts';
import { memoryStorage as memoryLog } from '../../../src/lib/sync/testing/device.ts';
import type { NaiveEnvironment } from './naive-client.ts';
import type { NaiveDocument } from './naive-server.ts';
import type { OurEnvironment } from './our-client.ts';

/** A browser's part in Node: an origin with its cookie, server-sent events, storage in memory. */
export function ourEnvironment(origin: string): OurEnvironment {
  let cookie = '';
  const fetchHere: Fetch = async (path, init) => {
    const response = await fetch(new URL(path, origin), { ...init, headers: headersOf(init.headers) });
    const given = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (given.length > 0) cookie = given.join('; ');
    return response;
  };
  const headersOf = (headers: RequestInit['headers']) => ({ ...Object.fromEntries(new Headers(headers)), cookie, origin });
  const openStream: OpenEventStream = (path) =>
    new EventSource(new URL(path, origin), { fetch: (url, init) => fetch(url, { ...init, headers: headersOf(init.headers) }) });
  return { fetch: fetchHere, openStream, storage: memoryLog(), isShared: false };
}

export function naiveEnvironment(url: string): NaiveEnvironment {
  return { url, storage: memoryStorage(), openStream: (stream) => new EventSource(stream), isShared: false };
}

/** Everything in one answer, parsed. */
export async function rawFirstSyncInNode(url: string): Promise<{ firstSync: number; documents: number }> {
  const started = performance.now();
  const documents = (await (await fetch(`${url}/everything`)).json()) as NaiveDocument[];
  return { firstSync: performance.now() - started, documents: documents.length };
}

/** Each device has a memory of its own, which is gone with it. */
function memoryStorage(): NaiveEnvironment['storage'] {
  return Object.assign(getRxStorageMemory(), { name: `memory-${uuidv7()}`, collectionStates: new Map() });
}
