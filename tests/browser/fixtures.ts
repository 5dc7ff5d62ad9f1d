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

interface School {
  readonly port: number;
  readonly adminUrl: string;
  /** Starts a server with a build of the app that calls itself `version`, on the same database. @returns its port */
  readonly startVersion: (version: string) => Promise<number>;
}

interface WorkerFixtures {
  /** Tests that say the same share schools with each other, and with nobody else: none finds what the others have left. */
  readonly schoolsOf: string;
  /** The real server with the small demo schools, and the way past it into its database. */
  readonly school: School;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  schoolsOf: ['everybody', { option: true, scope: 'worker' }],
  school: [
    // Playwright reads which fixtures this one needs from the pattern: none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const child = spawn('node', ['tests/browser/school-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const failure = exited.then(() => Promise.reject(new Error('The server for the browser tests has ended; its message is above.')));
      // Whoever waits for a line hears of it; at the end nobody does.
      failure.catch(() => undefined);
      const lines = createInterface(child.stdout);
      const nextServer = async () => {
        const [line] = (await Promise.race([once(lines, 'line'), failure])) as [string];
        const { url, adminUrl } = v.parse(ready, JSON.parse(line));
        return { port: Number(new URL(url).port), adminUrl };
      };
      const startVersion = async (version: string) => {
        child.stdin.write(`${version}\n`);
        return (await nextServer()).port;
      };
      await use({ ...(await nextServer()), startVersion });
      child.kill('SIGTERM');
      await exited;
    },
    { scope: 'worker', timeout: 300_000 },
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
