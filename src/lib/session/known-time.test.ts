import { describe, expect, it } from 'vitest';
import { seededRandom } from '../sync/testing/seeded-random.ts';
import { goOn, putRight, type KnownTime } from './known-time.ts';

const start = Date.parse('2026-11-23T08:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

/** A device whose clock may be set; pages are open or shut while time passes. */
class Tablet {
  real = start;
  /** How far its clock is off. */
  off = 0;
  known: KnownTime = putRight(start);

  /** Somebody has the app open: it reads the clocks now and then. */
  use(ms: number): void {
    for (let left = ms; left > 0; left -= hour) {
      const passed = Math.min(left, hour);
      this.real += passed;
      this.read(passed);
    }
  }

  shutFor(ms: number): void {
    this.real += ms;
    this.read(0);
  }

  setClock(byMs: number): void {
    this.off += byMs;
  }

  read(steady: number): void {
    this.known = goOn(this.known, { wall: this.real + this.off, steady });
  }

  /** How far time has come, beside how far it really has. */
  get ahead(): number {
    return this.known.reached - this.real;
  }
}

describe('the time that a device knows', () => {
  it('is that of a clock which nobody touches', () => {
    const tablet = new Tablet();
    tablet.use(3 * hour);
    tablet.shutFor(2 * day);
    tablet.use(hour);
    expect(tablet.ahead).toBe(0);
  });

  it('does not go back with a clock that is set back, and goes on while the app is open or shut', () => {
    const tablet = new Tablet();
    tablet.use(2 * day);
    tablet.setClock(-2 * day);
    tablet.read(0);
    expect(tablet.ahead).toBe(0);
    tablet.use(5 * hour);
    tablet.shutFor(10 * hour);
    expect(tablet.ahead).toBe(0);
  });

  it('is right again once a battery that lost the time is followed by the true time', () => {
    const tablet = new Tablet();
    tablet.use(day);
    tablet.setClock(-start);
    tablet.use(2 * hour);
    tablet.setClock(start);
    tablet.read(0);
    expect(tablet.ahead).toBe(0);
  });

  it('believes a clock that is set far forward until the server puts it right, and then forgets it', () => {
    const tablet = new Tablet();
    tablet.setClock(3650 * day);
    tablet.read(0);
    tablet.setClock(-3650 * day);
    tablet.read(0);
    expect(tablet.ahead).toBe(3650 * day);
    tablet.known = putRight(tablet.real);
    tablet.use(day);
    expect(tablet.ahead).toBe(0);
  });

  it.each(Array.from({ length: 200 }, (_, seed) => seed))(
    'never goes back, nor runs slower than the open app, whoever sets the clock (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const tablet = new Tablet();
      let openMs = 0;
      for (let step = 0; step < 60; step++) {
        const before = tablet.known.reached;
        const chosen = random();
        if (chosen < 0.4) {
          const ms = Math.ceil(random() * 12 * hour);
          openMs += ms;
          tablet.use(ms);
        } else if (chosen < 0.7) tablet.shutFor(Math.ceil(random() * 2 * day));
        else {
          tablet.setClock((random() - 0.5) * 20 * day);
          tablet.read(0);
        }
        expect(tablet.known.reached).toBeGreaterThanOrEqual(before);
        expect(tablet.known.reached).toBeGreaterThanOrEqual(start + openMs);
        // Nobody gains by setting it: what the clock itself has shown has come.
        expect(tablet.known.reached).toBeGreaterThanOrEqual(tablet.real + tablet.off);
      }
      tablet.known = putRight(tablet.real);
      expect(tablet.ahead).toBe(0);
    },
  );
});
