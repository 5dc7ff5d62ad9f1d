import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RetryGate } from './retry-gate.ts';

const { signal } = new AbortController();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('S16: each failure doubles the pause, between half of it and all of it, up to a minute', () => {
  const least = new RetryGate({ random: () => 0 });
  const most = new RetryGate({ random: () => 1 });
  expect([1, 2, 3, 4].map(() => least.failed())).toEqual([500, 1000, 2000, 4000]);
  expect([1, 2, 3, 4].map(() => most.failed())).toEqual([1000, 2000, 4000, 8000]);
  for (let failure = 0; failure < 10; failure++) most.failed();
  expect(most.failed()).toBe(60_000);
  most.succeeded();
  expect(most.failed()).toBe(1000);
});

it('S16, S19: waits at least as long as the server asked, and not all of a class for the same time', () => {
  expect(new RetryGate({ random: () => 0 }).failed(30_000)).toBe(30_000);
  expect(new RetryGate({ random: () => 1 }).failed(30_000)).toBe(31_000);
});

it('lets nobody through before its time, and all at it', async () => {
  const gate = new RetryGate({ random: () => 1 });
  gate.failed();
  let passed = 0;
  const both = [gate.pass(signal), gate.pass(signal)].map((pass) => pass.then(() => passed++));
  await vi.advanceTimersByTimeAsync(900);
  expect(passed).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  await Promise.all(both);
  expect(passed).toBe(2);
});

it('opens at once when the network is back', async () => {
  const gate = new RetryGate({ random: () => 1 });
  gate.failed(600_000);
  const pass = gate.pass(signal);
  gate.wake();
  await pass;
  expect(gate.isOpen).toBe(true);
});

it('stays closed while nobody is signed in, even when woken', async () => {
  const gate = new RetryGate({ random: () => 1 });
  gate.hold();
  let isThrough = false;
  const pass = gate.pass(signal).then(() => (isThrough = true));
  gate.wake();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(isThrough).toBe(false);
  gate.release();
  await pass;
});

it('gives up the wait when sync ends', async () => {
  const ending = new AbortController();
  const gate = new RetryGate({ random: () => 1 });
  gate.failed();
  const pass = gate.pass(ending.signal);
  ending.abort();
  await expect(pass).rejects.toThrow();
  await expect(gate.pass(ending.signal)).rejects.toThrow();
});

it('S16: calls that fail together count once', async () => {
  const gate = new RetryGate({ random: () => 1 });
  const rounds = await Promise.all(Array.from({ length: 13 }, () => gate.pass(signal)));
  for (const round of rounds) gate.failed(null, round);
  expect(gate.failed()).toBe(2000);
});

it('S19: a call that began before the network was back says nothing about it', async () => {
  const gate = new RetryGate({ random: () => 1 });
  const before = await gate.pass(signal);
  gate.wake();
  gate.failed(null, before);
  expect(gate.isOpen).toBe(true);
  gate.failed(null, await gate.pass(signal));
  expect(gate.isOpen).toBe(false);
});

it('opens when the server is heard in another way, but not before it asked for', () => {
  const gate = new RetryGate({ random: () => 1 });
  gate.failed();
  gate.heard();
  expect(gate.isOpen).toBe(true);
  gate.failed(30_000);
  gate.heard();
  expect(gate.isOpen).toBe(false);
  vi.advanceTimersByTime(31_001);
  gate.failed();
  gate.heard();
  expect(gate.isOpen).toBe(true);
});
