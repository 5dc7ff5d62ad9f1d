import type { CDPSession, Page } from '@playwright/test';
import { expectNothingFound, settle } from './accessibility.ts';
import { cutText } from './cut-text.ts';
import { expect } from './fixtures.ts';

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 768, height: 1024 },
  laptop: { width: 1366, height: 768 },
} as const;

const themes = ['light', 'dark', 'cream', 'contrast'] as const;

/** Where room is short: the narrowest phone, and letters of twice the size on it and on a laptop. */
const tight = [
  { name: 'narrow', width: 320, height: 640, lettersPx: 16 },
  { name: 'narrow-200', width: 320, height: 640, lettersPx: 32 },
  { name: 'laptop-200', width: 1366, height: 768, lettersPx: 32 },
] as const;

/** A screen is looked at whole. What opens over one has one layout on a phone and one elsewhere, and the same colours on all. */
const looks = {
  screen: { phone: themes, tablet: themes, laptop: themes, tight: ['narrow', 'narrow-200', 'laptop-200'] },
  opened: { phone: themes, tablet: [], laptop: ['light'], tight: ['narrow-200'] },
} as const satisfies Record<string, Record<keyof typeof sizes, readonly (typeof themes)[number][]> & { tight: readonly string[] }>;

/**
 * Looks at what is open at every size and in every theme, leaves pictures under .data/screenshots, and complains of what axe finds, of
 * words that are cut, and of what scrolls sideways. Nothing is loaded anew, and in the end the page is as it was.
 *
 * @param name the picture's file begins with it
 */
export async function lookAt(page: Page, name: string, what: keyof typeof looks = 'screen'): Promise<void> {
  const before = page.viewportSize();
  const shown = looks[what];
  for (const size of ['phone', 'tablet', 'laptop'] as const) {
    if (shown[size].length === 0) continue;
    const { width, height } = sizes[size];
    await page.setViewportSize({ width, height });
    await settle(page);
    await expectRoom(page, `${name} ${size}`);
    // Whole, so that nothing is looked at while half of it is under the navigation.
    if (size === 'phone') await page.setViewportSize({ width, height: Math.max(height, await wholeHeight(page)) });
    for (const theme of shown[size]) {
      await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
      await settle(page);
      await page.screenshot({ path: `.data/screenshots/${name}-${size}-${theme}.png` });
      // Layouts change between phone and laptop; the tablet has nothing that neither of them has, and colours are the same on all.
      if (size === 'phone') await expectNothingFound(page, `${name} ${theme}`, theme === 'light' ? 'everything' : 'colours');
      if (size === 'laptop' && theme === 'light') await expectNothingFound(page, `${name} ${size}`, 'shape');
    }
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'));
  }
  for (const { name: size, lettersPx, ...room } of tight.filter((one) => shown.tight.some((name) => name === one.name))) {
    await page.setViewportSize(room);
    await setLetters(page, lettersPx);
    await settle(page);
    await expectRoom(page, `${name} ${size}`);
    await page.screenshot({ path: `.data/screenshots/${name}-${size}-light.png` });
  }
  await setLetters(page, 16);
  if (before) await page.setViewportSize(before);
}

/** All is in sight, at the most after scrolling down. */
async function expectRoom(page: Page, name: string): Promise<void> {
  const sideways = await page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll('dialog[open]')].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    ),
  );
  expect.soft(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  expect.soft(await cutText(page), `${name} cuts words`).toEqual([]);
}

/** They stay: a session that leaves takes what is set of the page with it, that it is offline too. */
const sessions = new WeakMap<Page, CDPSession>();

/** As in the browser's own settings: the page, and its layouts too, go by it. */
async function setLetters(page: Page, standard: number): Promise<void> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  await session.send('Page.setFontSizes', { fontSizes: { standard, fixed: standard } });
}

/** Pixels of all that the page scrolls through, or a sheet over it, which leaves some of the page in sight. */
function wholeHeight(page: Page): Promise<number> {
  return page.evaluate(() => {
    const sheet = Math.max(0, ...[...document.querySelectorAll('dialog[open]')].map(({ scrollHeight }) => scrollHeight));
    return sheet > 0 ? Math.ceil(sheet / 0.88) + 1 : document.documentElement.scrollHeight;
  });
}
