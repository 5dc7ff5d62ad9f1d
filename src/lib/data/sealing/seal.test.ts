import { beforeAll, describe, expect, it } from 'vitest';
import { createKey, seal, unseal } from './seal.ts';

const place = 'a/0/2';
const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
let key: CryptoKey;

beforeAll(async () => {
  key = await createKey();
});

describe('sealing', () => {
  it('gives back what was sealed', async () => {
    const sealed = await seal(key, place, bytes);
    expect(new Uint8Array(await unseal(key, place, sealed))).toEqual(bytes);
  });

  it('shows nothing of what it holds, and never looks the same twice', async () => {
    const [one, other] = [await seal(key, place, bytes), await seal(key, place, bytes)];
    expect(Buffer.from(one).includes(Buffer.from(bytes))).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  it('opens in its own place only, and not when it was changed', async () => {
    const sealed = await seal(key, place, bytes);
    for (const elsewhere of ['b/0/2', 'a/1/2', 'a/0/1', '']) await expect(unseal(key, elsewhere, sealed)).rejects.toThrow();
    const changed = new Uint8Array(sealed.slice(0));
    changed.set([(changed[20] ?? 0) ^ 1], 20);
    await expect(unseal(key, place, changed.buffer)).rejects.toThrow();
  });

  it('has a key that cannot be read out', async () => {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });
});
