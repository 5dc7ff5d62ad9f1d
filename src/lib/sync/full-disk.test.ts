import { expect, it, vi } from 'vitest';
import { logStorage } from '../data/log/log-storage.ts';
import { memoryMedium, type LogMedium } from '../data/log/medium.ts';
import { ModelServer } from './testing/model-server.ts';
import { fields, homework, useDevices } from './testing/scene.ts';

const open = useDevices();

/** A disk that can be full: then nothing more is kept. */
class SmallDisk {
  isFull = false;
  readonly #disk = memoryMedium();
  readonly medium: LogMedium = {
    ...this.#disk,
    append: (last, bytes) => this.#orFail(() => this.#disk.append(last, bytes)),
    rewrite: (last, entries) => this.#orFail(() => this.#disk.rewrite(last, entries)),
  };

  #orFail(write: () => Promise<boolean>): Promise<boolean> {
    return this.isFull ? Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError')) : write();
  }
}

/** A device whose data lies on this disk. */
const device = (server: ModelServer, disk: SmallDisk) => open(server, { storage: logStorage({ mediumOf: () => disk.medium }) });

it('S24: what is sent while the disk is full is noted once there is room, without a restart, and is there once', async () => {
  const server = new ModelServer();
  const disk = new SmallDisk();
  const tablet = await (await device(server, disk)).start();
  expect(await tablet.engine.settled(5_000)).toBe(true);
  server.fault = () => 'offline';
  await tablet.homework.log(homework('Before it was full.'));
  disk.isFull = true;
  await expect(tablet.homework.log(homework('Too much.'))).rejects.toThrow();
  server.fault = () => 'none';
  tablet.engine.syncNow();
  await vi.waitFor(() => {
    expect(server.visible('completions')).toHaveLength(1);
  }, 5_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // It is not taken for sent before that is kept.
  expect(tablet.database.unsent.list.size).toBe(1);
  disk.isFull = false;
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(15_000)).toBe(true);
  await tablet.homework.log(homework('After that.'));
  expect(await tablet.engine.settled(5_000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(2);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
}, 30_000);

it('S24: a first sync that finds no room is not called complete, and goes on once there is', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 30; number++) server.write('completions', fields(`piece ${String(number)}`));
  const disk = new SmallDisk();
  const tablet = await device(server, disk);
  disk.isFull = true;
  await tablet.start();
  await vi.waitFor(() => {
    expect(tablet.failures.length).toBeGreaterThan(0);
  }, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(tablet.engine.facts).toMatchObject({ isCaughtUp: false, hasBeenWhole: false });
  expect(await tablet.versions('completions')).toEqual([]);
  disk.isFull = false;
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(15_000)).toBe(true);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
}, 30_000);
