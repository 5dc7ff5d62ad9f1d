import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { must } from '#domain/must.ts';
import { chromiumArguments, ensureChromium } from '../../browser/chromium.ts';

/** What a school's older tablet and its wifi are taken for: Lighthouse's "slow 4G" and a processor of a quarter of the speed. */
const slow = { processor: 4, latencyMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8 };

/** What the page's own watch keeps; see `watch`. */
interface Watched {
  firstPaint: number;
  largestPaint: number;
  shift: number;
  /** Milliseconds from each press to the next picture, by what pressed. */
  presses: number[];
}

/** A browser that has never been here, whose traffic, pictures and presses are watched. */
export class Visitor {
  /** The scripts that the page itself has fetched: when each was asked for, in milliseconds since 1970, and its bytes as they came. */
  readonly #scripts: { readonly askedAt: number; readonly bytes: number }[] = [];
  readonly page: Page;
  readonly #session: CDPSession;
  readonly #close: () => Promise<void>;

  private constructor(page: Page, session: CDPSession, close: () => Promise<void>) {
    this.page = page;
    this.#session = session;
    this.#close = close;
  }

  static async arrive(origin: string, viewport: { width: number; height: number }): Promise<Visitor> {
    const profile = await mkdtemp(join(tmpdir(), 'studystreaks-bench-'));
    const context = await chromium.launchPersistentContext(profile, {
      baseURL: origin,
      executablePath: ensureChromium(),
      args: chromiumArguments,
      headless: true,
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      viewport,
    });
    context.setDefaultTimeout(60_000);
    await context.addInitScript(watch);
    const page = must(context.pages()[0], 'a browser opens with a page');
    const session = await context.newCDPSession(page);
    const visitor = new Visitor(page, session, async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    });
    await visitor.#countScripts();
    return visitor;
  }

  async slowDown(): Promise<void> {
    await this.#session.send('Emulation.setCPUThrottlingRate', { rate: slow.processor });
    await this.#session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: slow.latencyMs,
      downloadThroughput: slow.bytesPerSecond,
      uploadThroughput: slow.bytesPerSecond,
    });
  }

  /** The page has nothing to do. */
  async settled(): Promise<void> {
    await this.page.evaluate(() => new Promise<void>((resolve) => requestIdleCallback(() => setTimeout(resolve, 100), { timeout: 5000 })));
  }

  watched(): Promise<Watched> {
    return this.page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);
  }

  /** Does one thing to the page. @returns milliseconds from the press to the next picture; 0 where it took less than 16 */
  async press(act: (page: Page) => Promise<unknown>): Promise<number> {
    await this.page.evaluate(() => {
      (globalThis as unknown as { watched: Watched }).watched.presses = [];
    });
    await act(this.page);
    // What a press has shown is told a moment after the picture, and nothing of one that took less than 16 ms.
    await this.page.waitForTimeout(400);
    await this.settled();
    return Math.max(0, ...(await this.watched()).presses);
  }

  /** Compressed bytes of JavaScript, without headers, which HTTP/2 packs: until the first screen was there, and with what it fetched ahead. */
  async scriptBytes(): Promise<{ readonly first: number; readonly all: number }> {
    const aheadFrom = await this.page.evaluate(() => {
      const [mark] = performance.getEntriesByName('ahead');
      return mark ? performance.timeOrigin + mark.startTime : Infinity;
    });
    const bytesOf = (scripts: readonly { readonly bytes: number }[]) => scripts.reduce((sum, { bytes }) => sum + bytes, 0);
    return { first: bytesOf(this.#scripts.filter(({ askedAt }) => askedAt < aheadFrom)), all: bytesOf(this.#scripts) };
  }

  leave(): Promise<void> {
    return this.#close();
  }

  async #countScripts(): Promise<void> {
    const askedAt = new Map<string, number>();
    const headerBytes = new Map<string, number>();
    this.#session.on('Network.requestWillBeSent', ({ requestId, wallTime }) => {
      askedAt.set(requestId, wallTime * 1000);
    });
    this.#session.on('Network.responseReceived', ({ requestId, type, response }) => {
      if (type === 'Script' && !response.fromServiceWorker && !response.fromDiskCache)
        headerBytes.set(requestId, response.encodedDataLength);
    });
    this.#session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const before = headerBytes.get(requestId);
      const asked = askedAt.get(requestId);
      if (before !== undefined && asked !== undefined) this.#scripts.push({ askedAt: asked, bytes: encodedDataLength - before });
    });
    await this.#session.send('Network.enable');
  }
}

/** Runs in the page, before all else: the paints, the shifts of the layout, and how long each press waited for its picture. */
function watch(): void {
  const watched = { firstPaint: 0, largestPaint: 0, shift: 0, presses: [] as number[] };
  Object.assign(globalThis, { watched });
  const observe = (type: string, hear: (entry: PerformanceEntry) => void, more: object = {}) => {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) hear(entry);
    });
    observer.observe({ type, buffered: true, ...more });
  };
  observe('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') watched.firstPaint = entry.startTime;
  });
  observe('largest-contentful-paint', (entry) => {
    watched.largestPaint = entry.startTime;
  });
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) watched.shift += value;
  });
  observe(
    'event',
    (entry) => {
      if (/^(pointer|key|click)/.test(entry.name)) watched.presses.push(entry.duration);
    },
    { durationThreshold: 16 },
  );
}
