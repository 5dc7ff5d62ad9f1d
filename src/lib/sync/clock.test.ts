import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetAfter } from './clock.ts';

const hour = 3_600_000;
const server = Date.parse('2026-11-23T08:00:00Z');

describe('the offset of a device’s clock', () => {
  it('is learned from the first answer, as if the server wrote half way between asking and hearing', () => {
    expect(offsetAfter(null, { server, askedAt: server + 10_000, heardAt: server + 10_200 })).toBe(-10_100);
  });

  it('does not tremble with the way there and back', () => {
    const known = -10_100;
    for (const way of [0, 40, 400, 4000]) {
      expect(offsetAfter(known, { server, askedAt: server - known - way / 2, heardAt: server - known + way / 2 })).toBe(known);
    }
  });

  it('is kept where a laptop slept for half a day between asking and hearing', () => {
    expect(offsetAfter(0, { server, askedAt: server - 50, heardAt: server + 12 * hour })).toBe(0);
  });

  it('gives way where the clock was set meanwhile', () => {
    expect(offsetAfter(0, { server, askedAt: server - hour, heardAt: server - hour + 100 })).toBe(hour - 50);
  });

  it('is never further from the truth than the longer way and the tremor, whatever was known', () => {
    const known = fc.option(fc.integer({ min: -48 * hour, max: 48 * hour }));
    const way = fc.integer({ min: 0, max: 12 * hour });
    fc.assert(
      fc.property(known, fc.integer({ min: -48 * hour, max: 48 * hour }), way, way, (before, truth, there, back) => {
        const sample = { server, askedAt: server - truth - there, heardAt: server - truth + back };
        expect(Math.abs(offsetAfter(before, sample) - truth)).toBeLessThanOrEqual(Math.max(there, back) + 501);
      }),
    );
  });
});
