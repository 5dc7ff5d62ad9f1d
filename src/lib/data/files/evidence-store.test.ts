import { createHash } from 'node:crypto';
import { IDBFactory, IDBKeyRange, IDBObjectStore as FakeStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { createKey } from '../sealing/seal.ts';
import { EvidenceStore, type HeldFile } from './evidence-store.ts';
import { NoRoom } from './sealed-chunks.ts';

const content = new Uint8Array(evidenceLimits.chunkBytes + 1000).map((_, index) => index % 251);
const photo = { content: new Blob([content], { type: 'image/jpeg' }), kind: 'photo', durationMs: null, draftKey: 'maths' } as const;
const key = await createKey();
let indexedDB: IDBFactory;
let store: EvidenceStore;

const open = () => new EvidenceStore('person', key, { indexedDB, IDBKeyRange });
const bytesOf = async (file: HeldFile, start?: number, end?: number) =>
  new Uint8Array(await (await store.read(file, start, end)).arrayBuffer());

beforeEach(() => {
  indexedDB = new IDBFactory();
  store = open();
});
afterEach(() => {
  store.close();
  vi.restoreAllMocks();
});

async function chunksInRawStore(): Promise<unknown[]> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('person-evidence');
    request.onsuccess = () => {
      resolve(request.result);
    };
  });
  const chunks = await new Promise<unknown[]>((resolve) => {
    const request = database.transaction('chunks').objectStore('chunks').getAll();
    request.onsuccess = () => {
      resolve(request.result);
    };
  });
  database.close();
  return chunks;
}

describe('the evidence on a device', () => {
  it('is there after a restart, whole and in part', async () => {
    const file = await store.capture(photo);
    store.close();
    store = open();
    expect(await store.files()).toEqual([file]);
    expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await bytesOf(file)).toEqual(content);
    const around = [evidenceLimits.chunkBytes - 5, evidenceLimits.chunkBytes + 5] as const;
    expect(await bytesOf(file, ...around)).toEqual(content.slice(...around));
  });

  it('lies there in chunks that show nothing', async () => {
    await store.capture(photo);
    const chunks = (await chunksInRawStore()) as { sealed: ArrayBuffer }[];
    expect(chunks).toHaveLength(2);
    for (const { sealed } of chunks) expect(Buffer.from(sealed).includes(Buffer.from(content.slice(300, 330)))).toBe(false);
  });

  it('takes the place of what was captured before, in one step, and of nothing that was logged meanwhile', async () => {
    const first = await store.capture(photo);
    const second = await store.capture({ ...photo, replaces: [first.id] });
    expect(await store.files()).toEqual([second]);
    expect(await chunksInRawStore()).toHaveLength(2);
    const [evidenceId] = await store.log([second.id]);
    await store.capture({ ...photo, replaces: [second.id] });
    expect(await store.files()).toMatchObject([{ id: second.id, evidenceId, state: 'queued' }, { state: 'captured' }]);
    expect(await bytesOf(second)).toEqual(content);
  });

  it('is logged all together, or nothing of it: homework names no file that never comes', async () => {
    const [first, second] = [await store.capture(photo), await store.capture(photo)];
    await store.discard([second.id]);
    await expect(store.log([first.id, second.id])).rejects.toThrow(/not here/);
    expect(await store.files()).toEqual([first]);
  });

  it('goes with the receipt, bytes and all, and not before', async () => {
    const file = await store.capture(photo);
    const [evidenceId] = await store.log([file.id]);
    for (const event of ['send_began', 'sent'] as const) await store.advance(file.id, event);
    expect(await store.files()).toMatchObject([{ state: 'stored', evidenceId }]);
    expect(await chunksInRawStore()).toHaveLength(2);
    await store.advance(file.id, 'confirmed');
    expect(await store.files()).toEqual([]);
    expect(await chunksInRawStore()).toEqual([]);
  });

  it('keeps the reason of a refusal and none of the bytes', async () => {
    const file = await store.capture(photo);
    await store.log([file.id]);
    await store.advance(file.id, 'refused', { refusal: 'no_consent' });
    expect(await store.files()).toMatchObject([{ state: 'refused', refusal: 'no_consent' }]);
    expect(await chunksInRawStore()).toEqual([]);
  });

  it('is put together again when it is taken back, and logged under another id', async () => {
    const file = await store.capture(photo);
    const first = await store.log([file.id]);
    await store.advance(file.id, 'send_began', { sentBytes: 9 });
    await store.takeBack(first);
    expect(await store.files()).toEqual([file]);
    expect(await store.log([file.id])).not.toEqual(first);
  });

  it('keeps nothing of a file that there is no room for', async () => {
    await store.files();
    vi.spyOn(IDBObjectStore(), 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    await expect(store.capture(photo)).rejects.toThrow(NoRoom);
    vi.restoreAllMocks();
    expect(await store.files()).toEqual([]);
    expect(await chunksInRawStore()).toEqual([]);
  });
});

/** The prototype that `fake-indexeddb` makes its stores of. */
function IDBObjectStore(): { add: (value: unknown) => unknown } {
  return FakeStore.prototype as unknown as { add: (value: unknown) => unknown };
}
