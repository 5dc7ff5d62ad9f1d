import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test as base, expect, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';
import * as v from 'valibot';
import { must } from '#domain/must.ts';
import { openNetwork, type Network } from './network.ts';

/** A device: a browser context of its own with a network of its own, which can be cut. */
export interface Device {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly network: Network;
  /** Out of the wifi: sockets destroyed, new ones refused, and the browser told so. */
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  /** Everything the console complained of that is not the cut network's doing. */
  readonly complaints: readonly string[];
}

export interface DeviceOptions extends BrowserContextOptions {
  /** Milliseconds by which the device's clock is wrong. */
  readonly clockErrorMs?: number;
}

interface Fixtures {
  readonly openDevice: (options?: DeviceOptions) => Promise<Device>;
}

interface WorkerFixtures {
  readonly schoolServer: { readonly port: number };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  schoolServer: [
    // Playwright asks for a pattern here, even an empty one.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const child = spawn('node', ['tests/browser/school-server.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const [line] = (await Promise.race([
        once(createInterface(child.stdout), 'line'),
        exited.then(() => Promise.reject(new Error('The server for the browser tests did not start; its message is above.'))),
      ])) as [string];
      const { url } = v.parse(v.object({ url: v.string() }), JSON.parse(line));
      await use({ port: Number(new URL(url).port) });
      child.kill('SIGTERM');
      await exited;
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  openDevice: async ({ browser, schoolServer }, use) => {
    const devices: Device[] = [];
    await use(async (options = {}) => {
      const device = await openDevice(browser, schoolServer.port, options);
      devices.push(device);
      return device;
    });
    for (const device of devices) {
      await device.context.close();
      await device.network.close();
      expect(device.complaints, 'the console is part of the product').toEqual([]);
    }
  },
});

async function openDevice(browser: { newContext(options: BrowserContextOptions): Promise<BrowserContext> }, port: number, options: DeviceOptions): Promise<Device> {
  const { clockErrorMs, ...contextOptions } = options;
  const network = await openNetwork(port);
  const context = await browser.newContext({ baseURL: network.url, ...contextOptions });
  if (clockErrorMs !== undefined) await setClockWrong(context, clockErrorMs);
  const complaints: string[] = [];
  context.on('console', (message) => {
    if ((message.type() === 'error' || message.type() === 'warning') && !isOfTheNetwork(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  const page = await context.newPage();
  return {
    page,
    context,
    network,
    complaints,
    goOffline: async () => {
      await network.cut();
      await context.setOffline(true);
    },
    goOnline: async () => {
      await network.mend();
      await context.setOffline(false);
    },
  };
}

/** Shifts what the page takes for now; timers run as ever. */
async function setClockWrong(context: BrowserContext, byMs: number): Promise<void> {
  await context.addInitScript((shift) => {
    const RealDate = Date;
    const now = (): number => RealDate.now() + shift;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, parameters: unknown[], newTarget) => Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget) as object,
      apply: () => new RealDate(now()).toString(),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    });
  }, byMs);
}

/** Chromium reports each request that a cut network refuses; nothing the app could do would keep it silent. */
function isOfTheNetwork(text: string): boolean {
  return /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_|NETWORK_CHANGED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|ADDRESS_UNREACHABLE|FAILED)|401 \(Unauthorized\)/.test(text);
}

/** The one cookie-bearing tab of a device; opened anew where a restart closed it. */
export function onlyPage(context: BrowserContext): Page {
  return must(context.pages()[0], 'the device has a page');
}

export { expect };
