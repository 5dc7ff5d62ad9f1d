import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RoomWatch } from './room-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const disk = { isFull: true, tries: 0, told: 0 };
  const watch = new RoomWatch({
    tryToKeep: () => {
      disk.tries++;
      return disk.isFull ? Promise.reject(new Error('full')) : Promise.resolve();
    },
    onRoom: () => {
      disk.told++;
    },
  });
  return { disk, watch };
}

it('S24: tries again until something can be kept, and says so once', async () => {
  const { disk, watch } = watched();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(disk.tries).toBe(0);
  watch.lost();
  watch.lost();
  await vi.advanceTimersByTimeAsync(16_000);
  expect(disk).toMatchObject({ tries: 3, told: 0 });
  disk.isFull = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(disk).toMatchObject({ tries: 4, told: 1 });
  disk.isFull = true;
  watch.lost();
  disk.isFull = false;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(disk.told).toBe(2);
});

it('tries no more once it has ended, and says nothing after that', async () => {
  const { disk, watch } = watched();
  watch.lost();
  watch.end();
  watch.lost();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(disk).toMatchObject({ tries: 0, told: 0 });
});
