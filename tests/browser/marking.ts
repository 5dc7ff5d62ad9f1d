import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** On the marking screen, newest first: waits until the newest piece but `older` is the one with these words, and opens it. */
export async function openNewest(page: Page, words: string, older = 0): Promise<void> {
  const piece = page.getByRole('button', { name: /^Maya / }).nth(older);
  await expect(async () => {
    await piece.click();
    await expect(page.getByRole('article').getByText(words, { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass();
}
