import * as v from 'valibot';

/** By so much an offset may differ from what an answer shows before it is learned anew. */
const tremorMs = 500;

/** Milliseconds to add to the device's clock for the server's; null when never learned. */
let offsetMs: number | null = null;

/** What a device remembers of it: `deviceStore.fact(clockFact)`. */
export const clockFact = 'clockOffsetMs';
export const clockOffsetSchema = v.nullish(v.pipe(v.number(), v.finite()), null);

export function clockOffsetMs(): number | null {
  return offsetMs;
}

export function learnClockOffset(learned: number | null): void {
  offsetMs = learned;
}

/** The time at the server, as far as this device knows: its own clock and the offset learned at the last contact. */
export function serverNow(): Date {
  return new Date(Date.now() + (offsetMs ?? 0));
}

/** What an answer tells of the server's clock; milliseconds, asked and heard by the device's own. */
export interface ClockSample {
  readonly server: number;
  readonly askedAt: number;
  readonly heardAt: number;
}

/**
 * The offset after an answer. The server wrote its time somewhere between asking and hearing, which may be hours where
 * a laptop was shut in between: an offset that the answer allows is kept, and any other gives way to the middle.
 */
export function offsetAfter(known: number | null, { server, askedAt, heardAt }: ClockSample): number {
  const isAllowed = known !== null && known >= server - heardAt - tremorMs && known <= server - askedAt + tremorMs;
  return isAllowed ? known : Math.round(server - (askedAt + heardAt) / 2);
}
