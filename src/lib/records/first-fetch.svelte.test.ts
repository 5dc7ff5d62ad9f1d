import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initialFacts } from '../sync/status-machine.ts';
import { syncStatus } from '../sync/status.svelte.ts';
import { FirstFetch } from './first-fetch.svelte.ts';
import type { Piece } from './pieces.ts';
import { aPiece } from './testing.ts';

class Device {
  hasAnswered = $state(false);
  pieces: readonly Piece[] = $state.raw([]);
}

let leave: () => void;
function open(device: Device): FirstFetch {
  let fetch: FirstFetch | undefined;
  leave = $effect.root(() => {
    fetch = new FirstFetch(device);
  });
  flushSync();
  if (fetch === undefined) throw new Error('An effect’s root runs at once.');
  return fetch;
}

function answer(device: Device, pieces: readonly Piece[]): void {
  device.hasAnswered = true;
  device.pieces = pieces;
  flushSync();
}

function recall({ hasBeenWhole }: { hasBeenWhole: boolean }): void {
  syncStatus.show({ ...initialFacts, hasBeenWhole });
  flushSync();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { onLine: true });
});
afterEach(() => {
  leave();
  syncStatus.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a device’s first fetch', () => {
  it('is over at once on a device that was whole before', () => {
    const device = new Device();
    const fetch = open(device);
    recall({ hasBeenWhole: true });
    expect(fetch.isOver).toBe(false);
    answer(device, []);
    expect(fetch.isOver).toBe(true);
  });

  it('is not over on a device that was left in the middle of it, whatever lies there', () => {
    const device = new Device();
    const fetch = open(device);
    recall({ hasBeenWhole: false });
    answer(device, [aPiece(1)]);
    vi.advanceTimersByTime(9_000);
    expect(fetch.isOver).toBe(false);
  });

  it('is not over while work comes without its marks, and is when all is here and stands still', () => {
    const device = new Device();
    const fetch = open(device);
    recall({ hasBeenWhole: false });
    answer(device, []);
    answer(device, [aPiece(1)]);
    vi.advanceTimersByTime(9_000);
    expect(fetch.isOver).toBe(false);
    recall({ hasBeenWhole: true });
    vi.advanceTimersByTime(150);
    answer(device, [aPiece(1), aPiece(2)]);
    vi.advanceTimersByTime(150);
    expect(fetch.isOver).toBe(false);
    vi.advanceTimersByTime(50);
    expect(fetch.isOver).toBe(true);
  });

  it('is waited for no longer than ten seconds in which nothing comes', () => {
    const device = new Device();
    const fetch = open(device);
    recall({ hasBeenWhole: false });
    answer(device, []);
    vi.advanceTimersByTime(9_000);
    answer(device, [aPiece(1)]);
    vi.advanceTimersByTime(9_999);
    expect(fetch.isOver).toBe(false);
    vi.advanceTimersByTime(1);
    expect(fetch.isOver).toBe(true);
  });

  it('is not waited for without a network', () => {
    vi.stubGlobal('navigator', { onLine: false });
    const device = new Device();
    const fetch = open(device);
    recall({ hasBeenWhole: false });
    answer(device, []);
    expect(fetch.isOver).toBe(true);
  });
});
