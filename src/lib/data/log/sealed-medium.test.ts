import { beforeEach, describe, expect, it } from 'vitest';
import { createKey } from '../sealing/seal.ts';
import { memoryMedium, type LogMedium } from './medium.ts';
import { sealedMedium } from './sealed-medium.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const key = await createKey();
let disk: LogMedium;
let log: LogMedium;

beforeEach(() => {
  disk = memoryMedium();
  log = sealedMedium(disk, key, 'a-log');
});

const textsOf = async (medium: LogMedium) => (await medium.readAfter(0)).map(({ bytes }) => bytes && new TextDecoder().decode(bytes));

describe('a sealed log', () => {
  it('reads what was appended and rewritten, from anywhere on', async () => {
    await log.append(0, bytesOf('one'));
    await log.append(1, bytesOf('two'));
    expect(await textsOf(log)).toEqual(['one', 'two']);
    expect((await log.readAfter(1)).map(({ number }) => number)).toEqual([2]);
    expect(await log.rewrite(2, [bytesOf('both')])).toBe(true);
    expect(await textsOf(log)).toEqual(['both']);
    expect(await log.append(1, bytesOf('late'))).toBe(false);
  });

  it('shows nothing of it on the disk, not even that two entries are the same', async () => {
    await log.append(0, bytesOf('conkers'));
    await log.append(1, bytesOf('conkers'));
    const [one, two] = (await disk.readAfter(0)).map(({ bytes }) => Buffer.from(bytes ?? []));
    expect(one?.includes('conkers')).toBe(false);
    expect(one?.equals(two ?? one)).toBe(false);
  });

  it('says so when an entry was changed, moved, put into another log, or is under another key', async () => {
    await log.append(0, bytesOf('one'));
    const [entry] = await disk.readAfter(0);
    const bytes = entry?.bytes ?? new Uint8Array();
    const changed = bytes.slice();
    changed.set([(changed[20] ?? 0) ^ 1], 20);

    const diskOf = async (...entries: Uint8Array<ArrayBuffer>[]) => {
      const other = memoryMedium();
      for (const [number, one] of entries.entries()) await other.append(number, one);
      return other;
    };
    const damaged = [
      sealedMedium(await diskOf(changed), key, 'a-log'),
      sealedMedium(await diskOf(bytes, bytes), key, 'a-log'),
      sealedMedium(await diskOf(bytes), key, 'another-log'),
      sealedMedium(await diskOf(bytes), await createKey(), 'a-log'),
    ];
    for (const medium of damaged) expect((await textsOf(medium)).at(-1)).toBeNull();
  });
});
