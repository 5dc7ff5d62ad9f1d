import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test as base, expect } from '@playwright/test';
import * as v from 'valibot';
import { Device, type DeviceOptions } from './device.ts';

const ready = v.object({ url: v.string(), adminUrl: v.string() });

interface Fixtures {
  /** Opens a device; it is closed with the test, which fails when its console complained. */
  readonly openDevice: (options?: DeviceOptions) => Promise<Device>;
}

interface WorkerFixtures {
  /** The real server with the small demo schools, and the way past it into its database. */
  readonly school: { readonly port: number; readonly adminUrl: string };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  school: [
    // Playwright reads which fixtures this one needs from the pattern: none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const child = spawn('node', ['tests/browser/school-server.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const firstLine = once(createInterface(child.stdout), 'line') as Promise<[string]>;
      const failure = exited.then(() => Promise.reject(new Error('The server for the browser tests did not start; its message is above.')));
      const [line] = await Promise.race([firstLine, failure]);
      const { url, adminUrl } = v.parse(ready, JSON.parse(line));
      await use({ port: Number(new URL(url).port), adminUrl });
      child.kill('SIGTERM');
      await exited;
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  openDevice: async ({ school }, use) => {
    const devices: Device[] = [];
    await use(async (options = {}) => {
      const device = await Device.open(school.port, options);
      devices.push(device);
      return device;
    });
    for (const device of devices) {
      await device.close();
      expect(device.complaints, 'the console is part of the product').toEqual([]);
    }
  },
});

export { expect };
