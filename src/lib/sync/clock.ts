import * as v from 'valibot';

/** Milliseconds to add to the device's clock for the server's; null when never learned. */
let offsetMs: number | null = null;

/** What a device remembers of it: `deviceStore.fact(clockFact)`. */
export const clockFact = 'clockOffsetMs';
export const clockOffsetSchema = v.nullish(v.pipe(v.number(), v.finite()), null);

export function clockOffsetMs(): number | null {
  return offsetMs;
}

export function learnClockOffset(learned: number | null): void {
  offsetMs = learned === null ? null : Math.round(learned);
}

/** The time at the server, as far as this device knows: its own clock and the offset learned at the last contact. */
export function serverNow(): Date {
  return new Date(Date.now() + (offsetMs ?? 0));
}

/** The offset that an answer shows, taking it that the server wrote its time half way between asking and hearing. */
export function offsetOf(serverTime: string, askedAt: number, heardAt: number): number {
  return Date.parse(serverTime) - (askedAt + heardAt) / 2;
}
