import { describe, expect, it } from 'vitest';
import { movedBy, whole, zoomedBy, type Room, type Shown } from './zoom.ts';

const room: Room = { stage: { width: 1000, height: 800 }, picture: { width: 1000, height: 600 } };
const middle = { x: 0, y: 0 };
/** Which point of the picture, at its fitted size, lies at a point of the stage. */
const under = ({ scale, x, y }: Shown, at: { x: number; y: number }) => ({ x: (at.x - x) / scale, y: (at.y - y) / scale });

describe('zooming a photo', () => {
  it('keeps what is at the pointer where it is', () => {
    const at = { x: 300, y: -120 };
    const close = zoomedBy(whole, 4, at, room);
    expect(close.scale).toBe(4);
    expect(under(close, at)).toEqual(under(whole, at));
    const closer = zoomedBy(close, 1.5, at, room);
    expect(under(closer, at).x).toBeCloseTo(at.x);
    expect(under(closer, at).y).toBeCloseTo(at.y);
  });

  it('goes no further out than the whole, and no further in than eight times', () => {
    expect(zoomedBy(whole, 0.2, { x: 40, y: 40 }, room)).toEqual(whole);
    expect(zoomedBy(whole, 100, middle, room).scale).toBe(8);
    expect(zoomedBy(zoomedBy(whole, 8, { x: 500, y: 300 }, room), 1 / 8, { x: -500, y: 10 }, room)).toEqual(whole);
  });

  it('never pushes the picture past its edge, nor aside where all of it is in sight', () => {
    expect(movedBy(whole, { x: 90, y: -90 }, room)).toEqual(whole);
    const double = zoomedBy(whole, 2, middle, room);
    expect(movedBy(double, { x: 9_000, y: -9_000 }, room)).toEqual({ scale: 2, x: 500, y: -200 });
    // 600 × 1.2 is still less than the stage is high.
    expect(movedBy(zoomedBy(whole, 1.2, middle, room), { x: 0, y: 50 }, room).y).toBe(0);
  });
});
