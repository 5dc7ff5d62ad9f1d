import type { Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild, unlock } from './people.ts';

test('a device says that its first fetch goes on, shows no part of it as all, and is ready to go offline when it says so', async ({
  openDevice,
}) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  const { page } = device;
  const letThrough = await holdPulls(page);
  const signingIn = signInAdult(device, 'teacher@oak-hill.example');
  await expect(page.getByText('Fetching', { exact: true })).toBeVisible();
  await expect(page.getByText('All sent')).toHaveCount(0);
  // Nobody is told that nothing waits, nor that nobody has done anything.
  await expect(page.getByRole('heading', { name: 'Fetching your school' })).toBeVisible();
  await page.getByRole('link', { name: 'Class', exact: true }).click();
  // Both screens say the same below their names, and have a chip each: a sheet goes with its screen.
  await expect(page.getByRole('heading', { level: 1, name: 'Class' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Fetching your school' })).toBeVisible();
  await page.getByRole('button', { name: /Fetching/ }).click();
  await expect(page.getByRole('dialog').getByText(/fetching its first copy/)).toBeVisible();
  await expectAccessible(page, 'a first fetch');
  await page.keyboard.press('Escape');
  letThrough();
  await signingIn;
  await expect(page.getByText('All sent')).toBeVisible();
  await expect(page.getByText('Maya Rahman').first()).toBeVisible();

  await device.goOffline();
  await device.restart();
  await device.page.goto('/class');
  await unlock(device);
  await expect(device.page.getByText('Maya Rahman').first()).toBeVisible();
  await expect(device.page.getByText('Fetching', { exact: true })).toHaveCount(0);
});

test('a sheet that a child has opened while the first fetch goes on stays until it is closed', async ({ openDevice }) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  const { page } = device;
  const letThrough = await holdPulls(page);
  const signingIn = signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('Getting your work')).toBeVisible();
  await page.getByRole('button', { name: 'Who can see this' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toBeVisible();
  letThrough();
  await expect(page.getByText('All sent')).toBeVisible();
  // The clubs would have come long before.
  await page.waitForTimeout(1_500);
  await expect(sheet).toBeVisible();
  await expect(page.locator('h1')).toHaveText('Fetching your clubs for the first time');
  await page.keyboard.press('Escape');
  await signingIn;
});

/** What the school has to tell comes only when what this returns is called. */
async function holdPulls(page: Page): Promise<() => void> {
  let letThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/api/sync/pull', async (route) => {
    await held;
    await route.continue();
  });
  return letThrough;
}
