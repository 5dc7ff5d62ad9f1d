import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { chromiumArguments, ensureChromium } from '../../browser/chromium.ts';
import type { Measures } from './page.ts';

const directory = '.data/bench/page';
const mostMs = 120_000;

/** Bundles what runs in Chromium. */
export async function buildPage(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: directory,
      emptyOutDir: true,
      copyPublicDir: false,
      minify: true,
      lib: { entry: new URL('./page.ts', import.meta.url).pathname, formats: ['es'], fileName: () => 'page.js' },
    },
  });
}

type Measured<Name extends keyof Measures> = Awaited<ReturnType<Measures[Name]>>;

/** A browser of its own: what one call leaves on its disk is there for the next, whose page is loaded anew. */
export interface Browser {
  call<Name extends keyof Measures>(name: Name, ...parameters: Parameters<Measures[Name]>): Promise<Measured<Name>>;
  /** Bytes of the page's JavaScript heap once it has been tidied up. */
  heap(): Promise<number>;
}

/**
 * Does `work` in a browser of its own, with a profile on disk: IndexedDB of a private window lies in memory. The page stands on the origin of the server that it asks, so that cookies are its own and nothing is cross-origin.
 */
export async function inChromium<Result>(origin: string, work: (browser: Browser) => Promise<Result>): Promise<Result> {
  const profile = await mkdtemp(join(tmpdir(), 'studystreaks-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    args: chromiumArguments,
    headless: true,
  });
  try {
    const script = await readFile(join(directory, 'page.js'), 'utf8');
    await context.route(`${origin}/bench/*`, (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: script })
        : route.fulfill({
            contentType: 'text/html',
            body: '<!doctype html><meta charset="utf-8"><script type="module" src="/bench/page.js"></script>',
          }),
    );
    const page = await context.newPage();
    return await work({
      async call<Name extends keyof Measures>(name: Name, ...parameters: Parameters<Measures[Name]>): Promise<Measured<Name>> {
        await page.goto(`${origin}/bench/`);
        await page.waitForFunction(() => 'measures' in globalThis);
        const measured: Promise<unknown> = page.evaluate(
          ([measure, given]) => {
            const { measures } = globalThis as unknown as { measures: Record<string, (...all: unknown[]) => Promise<unknown>> };
            return measures[measure]?.(...given);
          },
          [name, parameters] as [string, unknown[]],
        );
        const late = pause(mostMs, null, { ref: false }).then(() => {
          throw new Error(`'${name}' did not end in Chromium within ${String(mostMs / 1000)} seconds.`);
        });
        return (await Promise.race([measured, late])) as Measured<Name>;
      },
      async heap() {
        const session = await context.newCDPSession(page);
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize } = await session.send('Runtime.getHeapUsage');
        return usedSize;
      },
    });
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
