import { flushSync } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Piece } from '$lib/records/pieces.ts';
import { aPiece } from '$lib/records/testing.ts';
import { LoggedPiece } from './logged-piece.svelte.ts';

const piece = aPiece(1);
const { id } = piece.completion;

class Device {
  isLoaded = $state(true);
  piecesById: ReadonlyMap<string, Piece> = $state.raw(new Map());
  asked = $state<string | null>(null);

  holds(...pieces: readonly Piece[]): void {
    this.piecesById = new Map(pieces.map((one) => [one.completion.id, one]));
    flushSync();
  }
  ask(asked: string | null): void {
    this.asked = asked;
    flushSync();
  }
}

let leave: () => void;
function open(device: Device): LoggedPiece {
  let logged: LoggedPiece | undefined;
  leave = $effect.root(() => {
    logged = new LoggedPiece(device, () => device.asked);
  });
  flushSync();
  if (logged === undefined) throw new Error('An effect’s root runs at once.');
  return logged;
}
afterEach(() => {
  leave();
});

describe('the piece that was logged', () => {
  it('is not gone while the device has yet to tell of what was logged just now', () => {
    const device = new Device();
    const logged = open(device);
    logged.expect(id);
    device.ask(id);
    expect([logged.current, logged.isGone]).toEqual([null, false]);
    device.holds(piece);
    expect([logged.current, logged.isGone]).toEqual([piece, false]);
  });

  it('is gone when it is taken back after it was shown', () => {
    const device = new Device();
    const logged = open(device);
    logged.expect(id);
    device.ask(id);
    device.holds(piece);
    device.holds();
    expect([logged.current, logged.isGone]).toEqual([null, true]);
  });

  it('is gone where nobody here has logged it, and not before the device has answered', () => {
    const device = new Device();
    device.isLoaded = false;
    const logged = open(device);
    device.ask(id);
    expect(logged.isGone).toBe(false);
    device.isLoaded = true;
    flushSync();
    expect(logged.isGone).toBe(true);
    device.ask(null);
    expect(logged.isGone).toBe(false);
  });
});
