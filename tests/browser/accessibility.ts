import type { Page } from '@playwright/test';
import axeCore from 'axe-core';
import { expect } from './fixtures.ts';

declare global {
  // In pages that were looked at once.
  var axe: typeof axeCore | undefined;
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** All that axe knows, all but colours, or colours alone: a theme changes nothing else. */
type Scope = 'everything' | 'shape' | 'colours';

const scopes: Record<Scope, axeCore.RunOptions> = {
  everything: { runOnly: { type: 'tag', values: tags } },
  shape: { runOnly: { type: 'tag', values: tags }, rules: { 'color-contrast': { enabled: false } } },
  colours: { runOnly: { type: 'rule', values: ['color-contrast'] } },
};

/** Nothing to complain of by any rule, once all is in its place. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await settle(page);
  await expectNothingFound(page, name, 'everything');
}

/**
 * As the page stands, or the sheet over it. The rows of a long table are alike: of colours, only the first dozen's are looked at.
 *
 * @param name of what is looked at, for whoever reads what was found
 */
export async function expectNothingFound(page: Page, name: string, scope: Scope): Promise<void> {
  // It stays for as long as the document does: to put it in takes longer than to run it.
  if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(axeCore.source);
  const found = await page.evaluate(
    async ([options, exclude]) => {
      const sheet = [...document.querySelectorAll('dialog[open]')].at(-1);
      const { violations } = (await globalThis.axe?.run(sheet ? { include: sheet, exclude } : { exclude }, options)) ?? { violations: [] };
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    },
    [
      { ...scopes[scope], resultTypes: ['violations'], preload: false } satisfies axeCore.RunOptions,
      scope === 'colours' ? ['tbody tr:nth-child(n + 13)'] : [],
    ] as const,
  );
  expect.soft(found, name).toEqual([]);
}

/** Until drawings and letters have come, and what moves has arrived. @throws Error that names what does not */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate(async () => {
    let awaited = 'letters';
    const settling = async () => {
      await document.fonts.ready;
      awaited = 'the next picture';
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      await frame();
      await frame();
      const moving = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
      awaited = `what moves: ${moving.map((animation) => `${animation.constructor.name} ${animation.playState}`).join(', ')}`;
      await Promise.allSettled(moving.map((animation) => animation.finished));
    };
    const bound = new Promise((_, reject) => {
      setTimeout(() => {
        reject(new Error(`The page has not settled in 45 seconds. It waits for ${awaited}.`));
      }, 45_000);
    });
    await Promise.race([settling(), bound]);
  });
}
