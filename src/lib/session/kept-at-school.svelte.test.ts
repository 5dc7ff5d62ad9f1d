import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Unreachable } from '../sync/http.ts';
import { KeptAtSchool } from './kept-at-school.svelte.ts';

const unanswered = () => new Unreachable('The server did not answer.', null, { cause: new TypeError('fetch') });

/** A window, and a navigator that says whether there is a network. */
function openWindow(isOnline: boolean) {
  const target = new EventTarget();
  const browser = { onLine: isOnline };
  vi.stubGlobal('window', target);
  vi.stubGlobal('navigator', browser);
  return (now: boolean) => {
    browser.onLine = now;
    target.dispatchEvent(new Event(now ? 'online' : 'offline'));
    flushSync();
  };
}

/** A screen, until it is left. */
function open<Value>(fetch: () => Promise<Value>) {
  let kept: KeptAtSchool<Value> | undefined;
  const leave = $effect.root(() => {
    kept = new KeptAtSchool(fetch);
  });
  flushSync();
  if (kept === undefined) throw new Error('An effect’s root runs at once.');
  return { kept, leave };
}

const soon = async () => {
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
};
const later = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what is kept at the school', () => {
  it('is read at once, and again by itself when the network comes back', async () => {
    const setOnline = openWindow(true);
    const fetch = vi.fn(() => Promise.resolve('first')).mockResolvedValueOnce('nothing yet');
    const { kept, leave } = open(fetch);
    await soon();
    expect(kept.current).toBe('nothing yet');
    setOnline(false);
    expect(kept.problem).toBe('offline');
    // What was read before still stands.
    expect(kept.current).toBe('nothing yet');
    setOnline(true);
    await soon();
    expect(kept).toMatchObject({ current: 'first', problem: null });
    leave();
  });

  it('is not asked for without a network', async () => {
    const setOnline = openWindow(false);
    const fetch = vi.fn(() => Promise.resolve('there'));
    const { kept, leave } = open(fetch);
    await later(600_000);
    expect(kept).toMatchObject({ current: null, problem: 'offline' });
    expect(fetch).not.toHaveBeenCalled();
    setOnline(true);
    await soon();
    expect(kept).toMatchObject({ current: 'there', problem: null });
    leave();
  });

  it('is asked for again after a while where there seems to be a network and nobody answered, ever more rarely', async () => {
    openWindow(true);
    let answer = (): Promise<string> => Promise.reject(unanswered());
    const fetch = vi.fn(() => answer());
    const { kept, leave } = open(fetch);
    await soon();
    expect(kept.problem).toBe('offline');
    await later(15_000);
    expect(fetch).toHaveBeenCalledTimes(2);
    await later(15_000);
    expect(fetch).toHaveBeenCalledTimes(2);
    await later(15_000);
    expect(fetch).toHaveBeenCalledTimes(3);
    answer = () => Promise.resolve('there');
    await later(60_000);
    expect(kept).toMatchObject({ current: 'there', problem: null });
    await later(600_000);
    expect(fetch).toHaveBeenCalledTimes(4);
    leave();
  });

  it('is asked for no more once the screen is left', async () => {
    openWindow(true);
    const fetch = vi.fn(() => Promise.reject(unanswered()));
    const { leave } = open(fetch);
    await soon();
    leave();
    await later(600_000);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('is shown as it was asked for last, however the answers come', async () => {
    openWindow(true);
    const answers: ((value: string) => void)[] = [];
    const { kept, leave } = open(() => new Promise<string>((resolve) => answers.push(resolve)));
    const second = kept.load();
    await soon();
    answers[1]?.('newer');
    await second;
    answers[0]?.('older');
    await soon();
    expect(kept.current).toBe('newer');
    leave();
  });

  it('says that a change did not come through, and leaves what was read', async () => {
    openWindow(true);
    const { kept, leave } = open(() => Promise.resolve('as it was'));
    await soon();
    expect(await kept.change(() => Promise.reject(unanswered()))).toBe(false);
    expect(kept).toMatchObject({ current: 'as it was', problem: 'offline' });
    leave();
  });
});
