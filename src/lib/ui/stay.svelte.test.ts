import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stay } from './stay.svelte.ts';

const gone = vi.fn();
let leave: () => void;
let said = $state<{ about: string; isActionable: boolean }>({ about: '', isActionable: false });

function say(about: string, { isActionable }: { isActionable: boolean }): Stay {
  said = { about, isActionable };
  let stay: Stay | undefined;
  leave = $effect.root(() => {
    stay = new Stay(() => said, gone);
  });
  flushSync();
  if (stay === undefined) throw new Error('An effect’s root runs at once.');
  return stay;
}

beforeEach(() => {
  vi.useFakeTimers();
  gone.mockClear();
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

describe('what was said', () => {
  it.each([
    [false, 8_000],
    [true, 20_000],
  ])('goes once it could be read or acted on (to press: %s)', (isActionable, ms) => {
    say('Approved', { isActionable });
    vi.advanceTimersByTime(ms - 1);
    expect(gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('stays under a pointer, and has its whole time again when that has gone', () => {
    const stay = say('Approved', { isActionable: false });
    vi.advanceTimersByTime(7_000);
    stay.isPointedAt = true;
    flushSync();
    vi.advanceTimersByTime(60_000);
    stay.isPointedAt = false;
    flushSync();
    vi.advanceTimersByTime(7_999);
    expect(gone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('stays while the focus is in its button, but not for a button that went with the focus in it', () => {
    const stay = say('Approved', { isActionable: true });
    stay.isFocused = true;
    flushSync();
    vi.advanceTimersByTime(60_000);
    expect(gone).not.toHaveBeenCalled();
    said = { about: 'Undone', isActionable: false };
    flushSync();
    vi.advanceTimersByTime(8_000);
    expect(gone).toHaveBeenCalledOnce();
  });

  it('counts anew for what is said next in its place', () => {
    say('Approved', { isActionable: false });
    vi.advanceTimersByTime(7_000);
    said = { about: 'Set aside', isActionable: false };
    flushSync();
    vi.advanceTimersByTime(7_999);
    expect(gone).not.toHaveBeenCalled();
  });
});
