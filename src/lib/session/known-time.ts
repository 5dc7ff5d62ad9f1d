/**
 * How far the server's time has come, as far as a device can know that is not in touch with it. Everything in
 * milliseconds. What no device can know is how long it was shut while its clock was set back.
 */
export interface KnownTime {
  /** The highest time seen: only the server puts it back. */
  readonly reached: number;
  /** What the device's clock, put right by the offset that was learned, said last. */
  readonly reading: number;
}

export interface ClockReading {
  /** The device's clock, put right by the offset that was learned; anybody may set it. */
  readonly wall: number;
  /** What has passed since the last reading by a clock that nobody can set; 0 in a page that has just been loaded. */
  readonly steady: number;
}

/** A clock that was set back is followed from the highest time seen on; one that was set forward is believed. */
export function goOn({ reached, reading }: KnownTime, { wall, steady }: ClockReading): KnownTime {
  const passed = Math.max(0, steady, wall < reached ? wall - reading : 0);
  return { reached: Math.max(wall, reached + passed), reading: wall };
}

/** The server has told the time: whatever the device took it for is forgotten. */
export function putRight(server: number): KnownTime {
  return { reached: server, reading: server };
}
