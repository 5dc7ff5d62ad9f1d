import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';

/** Every screen as every role at every size, light and dark: pictures under .data/screenshots, and nothing to complain of. */
const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 820, height: 1180 },
  { name: 'laptop', width: 1366, height: 768 },
] as const;
const narrowest = { width: 320, height: 640 };

const visits: readonly { readonly who: string; readonly signIn: (device: Device) => Promise<void>; readonly paths: readonly string[] }[] = [
  { who: 'nobody', signIn: () => Promise.resolve(), paths: ['/sign-in', '/sign-in/class', '/nowhere'] },
  {
    who: 'child',
    signIn: (device) => signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']),
    paths: ['/clubs', '/log', '/homework', '/run'],
  },
  {
    who: 'infant',
    signIn: (device) => signInChild(device, 'ACORN1', 'Leo', ['boat', 'umbrella', 'house']),
    paths: ['/clubs', '/log', '/homework', '/run'],
  },
  { who: 'teacher', signIn: (device) => signInAdult(device, 'teacher@oak-hill.example'), paths: ['/marking', '/class'] },
  { who: 'parent', signIn: (device) => signInAdult(device, 'parent@oak-hill.example'), paths: ['/today'] },
  { who: 'admin', signIn: (device) => signInAdult(device, 'admin@oak-hill.example'), paths: ['/school'] },
];

for (const { who, signIn, paths } of visits) {
  test(`the screens of: ${who}`, async ({ openDevice }) => {
    test.setTimeout(240_000);
    const device = await openDevice({ viewport: sizes[0], reducedMotion: 'reduce' });
    await signIn(device);
    const { page } = device;
    for (const path of paths) {
      for (const size of sizes) {
        await page.setViewportSize(size);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.goto(path);
          await settle(page);
          const name = `${who}${path.replaceAll('/', '-')}-${size.name}-${colorScheme}`;
          await page.screenshot({ path: `.data/screenshots/${name}.png` });
          expect(await sidewaysScroll(page), `${name} scrolls sideways`).toBe(0);
          // Layouts change between phone and laptop; the tablet has nothing that neither of them has.
          if (size.name === 'tablet') continue;
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(
            violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
            name,
          ).toEqual([]);
        }
      }
      await page.setViewportSize(narrowest);
      await page.goto(path);
      await settle(page);
      expect(await sidewaysScroll(page), `${who} ${path} scrolls sideways at 320 px`).toBe(0);
    }
  });
}

/** Until the screen shows what the device holds, and its drawings have come. */
async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible();
  await page.waitForLoadState('load');
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(300);
}

/** Pixels by which the page is wider than its window. */
function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}
