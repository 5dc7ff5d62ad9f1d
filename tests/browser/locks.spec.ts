import type { Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { fillSignIn, signInAdult, signInChild, unlock, unlockChild } from './people.ts';
import { findInStores } from './raw-stores.ts';

const laptop = { viewport: { width: 1366, height: 768 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' } as const;

const bytesOf = (words: string) => [...new TextEncoder().encode(words)];
/** What a thief would look for: names, addresses, and what was written. */
const canaries = ['Okafor', 'Maya', 'teacher@oak-hill', 'streaks-demo', '4 Willow', 'conkers'].map(bytesOf);

async function openMenu(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /Okafor/ })
    .first()
    .click();
}

async function lock(page: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(page.getByRole('heading', { name: /Hello again/ })).toBeVisible();
}

test('a teacher’s data is shut by one press and opens again without a network, by password and by PIN, and by nothing else', async ({
  openDevice,
}) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  expect(await findInStores(page, canaries)).toEqual([]);
  await device.goOffline();
  await page.keyboard.press('a');
  await expect(page.getByText('1 to send')).toBeVisible();

  await lock(page);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.screenshot({ path: '.data/screenshots/locked-teacher-laptop-light.png' });
  // Neither an address nor the keys of the queue reach what is shut.
  await page.goto('/class');
  await expect(page.getByRole('table')).toHaveCount(0);
  expect(await findInStores(page, canaries)).toEqual([]);
  await unlock(device, 'streaks-wrong');
  await expect(page.getByText('That did not open it.')).toBeVisible();
  await unlock(device);
  await expect(page.getByRole('table')).toBeVisible();
  await expect(page.getByText('1 to send')).toBeVisible();

  await openMenu(page);
  await page.getByRole('button', { name: 'Choose a PIN' }).click();
  await page.getByLabel('Your password').fill('streaks-demo');
  await page.getByLabel('Six digits').fill('123456');
  await page.getByRole('button', { name: 'Keep this PIN' }).click();
  await expect(page.getByText('harder to guess')).toBeVisible();
  await page.getByLabel('Six digits').fill('271828');
  await page.getByRole('button', { name: 'Keep this PIN' }).click();
  await expect(page.getByText('Your PIN opens this device')).toBeVisible();
  await page.getByRole('button', { name: 'OK', exact: true }).click();

  await lock(page);
  await unlock(device, '271829');
  await expect(page.getByText('That did not open it.')).toBeVisible();
  await unlock(device, '271828');
  await expect(page.getByText('1 to send')).toBeVisible();
  await device.goOnline();
  await expect(page.getByText('All sent')).toBeVisible();
});

test('too many wrong tries have to wait, over a reload too', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  await lock(page);
  for (let tried = 0; tried < 4; tried++) {
    await unlock(device, `wrong ${String(tried)}`);
    await expect(page.getByText('That did not open it.')).toBeVisible();
  }
  await unlock(device, 'wrong again');
  await expect(page.getByText('Too many tries.')).toBeVisible();
  await page.reload();
  await unlock(device);
  await expect(page.getByText('Too many tries.')).toBeVisible();
});

test('a reload asks for nothing; a browser that was closed does; and every tab locks with one', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();

  const other = await device.context.newPage();
  await other.goto('/class');
  await expect(other.getByRole('table')).toBeVisible();
  await lock(page);
  await expect(other.getByRole('heading', { name: /Hello again/ })).toBeVisible();
  await expect(other.getByRole('table')).toHaveCount(0);
  await unlock(device);
  await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();
  await expect(other.getByRole('table')).toBeVisible();

  await device.restart();
  await device.page.goto('/class');
  await unlock(device);
  await expect(device.page.getByRole('table')).toBeVisible();
});

test('whoever goes away is locked out: a teacher after three minutes, not after two', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  const { page } = device;
  await page.clock.install();
  await signInAdult(device, 'teacher@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  await page.clock.fastForward('02:00');
  await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();
  await page.clock.fastForward('01:30');
  await expect(page.getByRole('heading', { name: /Hello again/ })).toBeVisible();
});

test('a child who is finished leaves unsent work shut, and opens it with the same pictures without a network', async ({ openDevice }) => {
  const device = await openDevice(phone);
  const pictures = ['apple', 'fish', 'bell'];
  await signInChild(device, 'WILLOW4', 'Maya', pictures);
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await page.getByRole('link', { name: 'Log it' }).tap();
  await page.getByRole('link', { name: /Science/ }).tap();
  await page.getByRole('link', { name: /Write/ }).tap();
  await page.getByLabel('My writing').fill('Forty conkers in a jar');
  await expect(page.getByText('Saved')).toBeVisible();
  expect(await findInStores(page, canaries)).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await page.goto('/clubs');
  await page.getByRole('button', { name: /Maya/ }).first().tap();
  await page.getByRole('button', { name: 'I am finished' }).tap();

  await expect(page.getByRole('heading', { name: 'Tap your 3 pictures' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.screenshot({ path: '.data/screenshots/locked-child-phone-light.png' });
  expect(await findInStores(page, canaries)).toEqual([]);
  await unlockChild(device, ['apple', 'fish', 'sun']);
  await expect(page.getByText('Those are not your pictures.')).toBeVisible();
  await unlockChild(device, pictures);
  await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  await page.goto('/homework');
  await expect(page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(1);
  await device.goOnline();
  await expect(page.getByText('All sent')).toBeVisible();
});

test('the next person on a laptop finds nothing of a teacher who has locked it, and the teacher finds the unsent marks again', async ({
  openDevice,
}) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await page.keyboard.press('a');
  await expect(page.getByText('1 to send')).toBeVisible();
  await lock(page);
  await device.goOnline();
  await page.getByRole('button', { name: 'I am somebody else' }).click();
  await fillSignIn(device, 'parent@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  expect(await findInStores(page, [bytesOf('Okafor')])).toEqual([]);

  await page
    .getByRole('button', { name: /Parent/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/sign-in/);
  await fillSignIn(device, 'teacher@oak-hill.example');
  await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();
  await expect(page.getByText('All sent')).toBeVisible();
});
