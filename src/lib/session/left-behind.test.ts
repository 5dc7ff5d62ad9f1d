import { expect, it } from 'vitest';
import type { DeviceFacts } from '../data/device-store.ts';
import { LeftBehind } from './left-behind.ts';

class Facts implements DeviceFacts {
  isFull = false;
  readonly #kept = new Map<string, unknown>();

  fact(key: string): Promise<unknown> {
    return Promise.resolve(this.#kept.get(key));
  }

  setFact(key: string, value: unknown): Promise<void> {
    if (this.isFull) return Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    this.#kept.set(key, value);
    return Promise.resolve();
  }

  removeFact(key: string): Promise<void> {
    this.#kept.delete(key);
    return Promise.resolve();
  }

  deviceKey(): Promise<never> {
    return Promise.reject(new Error('Nothing is sealed here.'));
  }
}

it('S26: a count that could not be kept is kept the next time', async () => {
  const facts = new Facts();
  const left = new LeftBehind(facts, 'somebody');
  facts.isFull = true;
  await expect(left.note({ unsent: 2, unsealed: 1 })).rejects.toThrow();
  facts.isFull = false;
  await left.note({ unsent: 2, unsealed: 1 });
  expect(await left.read()).toEqual({ unsent: 2, unsealed: 1 });
});

it('S26: work is on the count before it is kept, so that a killed tab leaves nothing to be wiped', async () => {
  const facts = new Facts();
  const left = new LeftBehind(facts, 'somebody');
  await left.note({ unsent: 0, unsealed: 0 });
  const standing = await left.during(async () => {
    // An earlier piece is acknowledged while this one is written.
    await left.note({ unsent: 0, unsealed: 0 });
    return new LeftBehind(facts, 'somebody').read();
  });
  expect(standing).toEqual({ unsent: 1, unsealed: 1 });
  await left.note({ unsent: 0, unsealed: 0 });
  expect(await left.read()).toEqual({ unsent: 0, unsealed: 0 });
});

it('S24: work that could not be put on the count is not written', async () => {
  const facts = new Facts();
  facts.isFull = true;
  let isWritten = false;
  const work = () => {
    isWritten = true;
    return Promise.resolve();
  };
  await expect(new LeftBehind(facts, 'somebody').during(work)).rejects.toThrow('full');
  expect(isWritten).toBe(false);
});
