import { createServer } from 'vite';
import { expectNothingFound, settle } from './accessibility.ts';
import { expect, test } from '@playwright/test';

/** The page of components, as `npm run dev` shows it: every state, in every theme, for every reader. */
test('every component in every state, in every theme', async ({ browser }) => {
  const server = await createServer({ logLevel: 'error', server: { port: 0 }, cacheDir: '.data/vite' });
  await server.listen();
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}components`);
    // The development server loads the page anew once it has found all that it is made of.
    await page.waitForLoadState('networkidle');
    await expect(page.getByRole('heading', { name: 'Over the page' })).toBeVisible();
    // Sizes and letters change with the reader, colours with the theme.
    for (const [reader, themes] of [
      ['Reception to Year 2', ['light']],
      ['Adult', ['light', 'dark', 'cream', 'contrast']],
    ] as const) {
      await page.getByText(reader, { exact: true }).click();
      for (const theme of themes) {
        await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
        await settle(page);
        const name = `components-${reader === 'Adult' ? 'adult' : 'infant'}-${theme}`;
        await page.screenshot({ path: `.data/screenshots/${name}.png`, fullPage: true });
        await expectNothingFound(page, name, theme === 'light' ? 'everything' : 'colours');
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await settle(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
    await server.close();
  }
});
