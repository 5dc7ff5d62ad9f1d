import type { Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { Keys } from './keys.ts';
import { lookAtOpened } from './opened.ts';
import { lookIntoAll, signInChild } from './people.ts';
import { lookAt } from './sweep.ts';
import { appIsKept } from './worker.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

/** Nothing that axe finds, and nothing that has to be scrolled sideways on the narrowest phone. */
async function expectGoodScreen(page: Page): Promise<void> {
  await expectAccessible(page, page.url());
  const { width, height } = phone.viewport;
  await page.setViewportSize({ width: 320, height });
  expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(320);
  await page.setViewportSize({ width, height });
}

test('a child finds their pictures again after a wrong code, and the class is remembered', async ({ openDevice }) => {
  const device = await openDevice(phone);
  const { page } = device;
  await page.goto('/');
  await expect(page.getByLabel('Type your class code')).toBeVisible();
  await expectGoodScreen(page);
  await page.getByLabel('Type your class code').fill('acorn1');
  await page.getByRole('button', { name: 'Go' }).tap();
  await page.getByRole('button', { name: 'Leo', exact: true }).tap();
  for (const picture of ['Sun', 'Moon', 'Key']) await page.getByRole('button', { name: picture, exact: true }).tap();
  await expect(page.getByText('That did not match. Try again.')).toBeVisible();
  await lookAt(page, 'nobody-sign-in-wrong-pictures', 'opened');
  await lookAtOpened(page, 'nobody-sign-in-forgot', [['sheet', /^I forgot/]]);

  await page.getByRole('button', { name: 'Apple', exact: true }).tap();
  await page.getByRole('button', { name: 'Take one back' }).tap();
  for (const picture of ['Boat', 'Umbrella', 'House']) await page.getByRole('button', { name: picture, exact: true }).tap();
  await expect(page.getByRole('heading', { name: 'Hello, Leo' })).toBeVisible();
  // Year 1: larger things to press.
  await expect(page.locator('html')).toHaveAttribute('data-stage', 'infant');

  // No words but their name: pictures to press, which are told to who cannot see them.
  await expect(page.locator('html')).toHaveAttribute('data-words', 'few');
  const name = page.getByRole('link', { name: 'Log it' }).getByText('Log it');
  expect((await name.boundingBox())?.width).toBe(1);
  await expectGoodScreen(page);

  await page.getByRole('button', { name: /my colours/ }).tap();
  // Who wants words has them, for good.
  await page.getByText('Pictures and words', { exact: true }).tap();
  await expect(page.locator('html')).toHaveAttribute('data-words', 'all');
  // Colours are chosen for the device, and kept.
  await page.getByText('Cream', { exact: true }).tap();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'cream');
  // So is the language, and what is open says it at once.
  await page.getByText('Cymraeg', { exact: true }).tap();
  await expect(page.getByRole('button', { name: 'Rwyf wedi gorffen' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'cy');
  await appIsKept(page);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Helo, Leo' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-words', 'all');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'cream');
  await expect(page.locator('html')).toHaveAttribute('lang', 'cy');
  await expect(page.getByText('Hello')).toHaveCount(0);
  await expectGoodScreen(page);
  await page.getByRole('button', { name: /fy lliwiau/ }).tap();
  await page.getByRole('dialog').getByText('English', { exact: true }).tap();
  await page.getByRole('button', { name: 'I am finished' }).tap();
  await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-GB');
});

test('writing survives a reload, is logged by keys alone, and can be taken back', async ({ openDevice }) => {
  const device = await openDevice(phone);
  const { page } = device;
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  // A reload without a network is the service worker's work: it has to have put the app by.
  await appIsKept(page);
  await device.goOffline();

  const keys = new Keys(page);
  await keys.press(page.getByRole('button', { name: /my colours/ }));
  await expect(page.getByRole('dialog')).toBeVisible();
  await keys.escape(page.getByRole('button', { name: /my colours/ }));
  await keys.press(page.getByRole('link', { name: 'Log it' }));
  await keys.press(page.getByRole('link', { name: 'Science', exact: true }));
  await keys.press(page.getByRole('link', { name: /^Write/ }));
  await keys.write(page.getByLabel('My writing'), 'Cork floats.');
  await keys.choose(page.getByRole('radio', { name: 'Reading' }));
  await expect(page.getByText('Saved as you write')).toBeVisible();
  await expectGoodScreen(page);
  await page.reload();
  await expect(page.getByLabel('My writing')).toHaveValue('Cork floats.');
  await keys.press(page.getByRole('button', { name: 'Done' }));
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await lookAt(page, 'child-log-done', 'opened');

  await keys.press(page.getByRole('button', { name: 'Undo' }));
  await expect(page.getByLabel('My writing')).toHaveValue('Cork floats.');
  await expect(page.getByRole('radio', { name: 'Reading' })).toBeChecked();
  await page.goto('/homework');
  // Other pieces are there: this one is not merely still to come.
  await expect(page.getByRole('group').first()).toBeVisible();
  await lookIntoAll(device);
  await expect(page.getByText('Cork floats.', { exact: true })).toHaveCount(0);
  await device.goOnline();
});

test('nobody is sent to another site after signing in, and a page that is not there says so', async ({ openDevice }) => {
  const device = await openDevice(phone);
  const { page } = device;
  await page.goto('/nothing-here');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await expectGoodScreen(page);
  await page.goto('/run');
  await expect(page).toHaveURL(/\/sign-in\/class\?to=%2Frun$/);
});
