import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { must } from '#domain/must.ts';
import { chromiumArguments } from './chromium.ts';
import { complainOfMotion } from './motion.ts';
import { openNetwork, type Network } from './network.ts';

type ContextOptions = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

export interface DeviceOptions extends Pick<ContextOptions, 'viewport' | 'colorScheme' | 'hasTouch' | 'isMobile'> {
  /** Its person wants things to move. Otherwise less motion is asked for, and whatever moves all the same is complained of. */
  readonly moves?: boolean;
  /** Milliseconds by which the device's clock is wrong. */
  readonly clockErrorMs?: number;
  /** More of Chromium's switches, and what pages may use without asking. */
  readonly switches?: readonly string[];
  readonly permissions?: string[];
}

/** A device: a browser with a profile on disk and a network of its own, which can be cut. */
export class Device {
  /** Everything the console complained of that is not the cut network's doing. */
  readonly complaints: string[] = [];
  readonly #excused: RegExp[] = [];
  readonly #network: Network;
  readonly #profile: string;
  readonly #options: DeviceOptions;
  #context: BrowserContext | null = null;
  #isOffline = false;
  #clockErrorMs: number | undefined;

  private constructor(network: Network, profile: string, options: DeviceOptions) {
    this.#network = network;
    this.#profile = profile;
    this.#options = options;
    this.#clockErrorMs = options.clockErrorMs;
  }

  static async open(serverPort: number, options: DeviceOptions): Promise<Device> {
    const network = await openNetwork(serverPort);
    const profile = await mkdtemp(join(tmpdir(), 'studystreaks-device-'));
    const device = new Device(network, profile, options);
    await device.#launch();
    return device;
  }

  get context(): BrowserContext {
    return must(this.#context, 'the device is switched on');
  }

  get page(): Page {
    return must(this.context.pages()[0], 'a browser opens with a page');
  }

  get url(): string {
    return this.#network.url;
  }

  /** Bytes that it has sent so far, over all that was in between. */
  get sentBytes(): number {
    return this.#network.sentBytes;
  }

  /** Lets so many more bytes out; then the network hangs, until it is offline. Resolves when it does. */
  hangAfter(bytes: number): Promise<void> {
    return this.#network.hangAfter(bytes);
  }

  /** Out of the wifi: sockets are destroyed, new ones refused, and the browser is told so. */
  async goOffline(): Promise<void> {
    this.#isOffline = true;
    await this.#network.cut();
    await this.context.setOffline(true);
  }

  async goOnline(): Promise<void> {
    this.#isOffline = false;
    await this.#network.mend();
    await this.context.setOffline(false);
  }

  /** The server behind the device's address is another one from now on, as when a new version is put in its place. */
  meetServer(port: number): void {
    this.#network.lead(port);
  }

  /** The page's process dies, as when the system takes its memory, and it is out of the wifi. Restart it after that. */
  async crash(): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    const hasCrashed = this.page.waitForEvent('crash');
    // It never answers.
    session.send('Page.crash').catch(() => undefined);
    await hasCrashed;
    this.#isOffline = true;
    await this.#network.cut();
  }

  /** Quits the browser and starts it again on the same profile, as offline as it was, and its clock as wrong unless another error is given. */
  async restart(clockErrorMs = this.#clockErrorMs): Promise<void> {
    this.#clockErrorMs = clockErrorMs;
    await this.context.close();
    await this.#launch();
  }

  /** What a test brings about itself is no complaint, be it that it comes only later. */
  excuse(expected: RegExp): void {
    this.#excused.push(expected);
    const left = this.complaints.filter((complaint) => !expected.test(complaint));
    this.complaints.splice(0, this.complaints.length, ...left);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.#network.close();
    await rm(this.#profile, { recursive: true, force: true });
  }

  async #launch(): Promise<void> {
    const { clockErrorMs: _, switches = [], moves = false, ...contextOptions } = this.#options;
    const context = await chromium.launchPersistentContext(this.#profile, {
      baseURL: this.#network.url,
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      args: [...chromiumArguments, ...switches],
      ...(process.env['CHROMIUM_PATH'] ? { executablePath: process.env['CHROMIUM_PATH'] } : {}),
      ...contextOptions,
      reducedMotion: moves ? 'no-preference' : 'reduce',
    });
    context.setDefaultTimeout(45_000);
    if (!moves) await context.addInitScript(complainOfMotion);
    if (this.#clockErrorMs !== undefined) await setClockWrong(context, this.#clockErrorMs);
    context.on('console', (message) => {
      const isComplaint = message.type() === 'error' || message.type() === 'warning';
      const complaint = `${message.text()} ${message.location().url}`;
      const isExcused = isOfTheNetwork(message.text()) || this.#excused.some((expected) => expected.test(complaint));
      if (isComplaint && !isExcused) this.complaints.push(complaint);
    });
    context.on('weberror', (error) => {
      this.complaints.push(error.error().message);
    });
    if (this.#isOffline) await context.setOffline(true);
    this.#context = context;
  }
}

/** Shifts what pages take for now; timers run as ever. */
async function setClockWrong(context: BrowserContext, byMs: number): Promise<void> {
  await context.addInitScript((shift) => {
    const RealDate = Date;
    const now = (): number => RealDate.now() + shift;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, parameters: unknown[], newTarget) =>
        Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget) as object,
      apply: () => new RealDate(now()).toString(),
      get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
    });
  }, byMs);
}

/** Chromium reports each request that a cut network refuses, and each 401; nothing the app could do would keep it silent. */
function isOfTheNetwork(text: string): boolean {
  return /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_|NETWORK_|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|ADDRESS_UNREACHABLE|FAILED)|status of 401/.test(
    text,
  );
}
