import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

export const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param name of what is looked at, for whoever reads what was found */
export async function expectNothingFound(axe: AxeBuilder, name: string): Promise<void> {
  // One frame, so that no second page is needed to put the findings of several together.
  const { violations } = await axe.setLegacyMode().analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
    name,
  ).toEqual([]);
}

/** Nothing to complain of by any rule, once all is in its place. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await settle(page);
  await expectNothingFound(new AxeBuilder({ page }).withTags(rules), name);
}

/** Until drawings and letters have come, and what moves has arrived. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const moving = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map((animation) => animation.finished));
  });
}
