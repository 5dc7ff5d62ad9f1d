import type { Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { fillSignIn, signInAdult, signInChild, unlock, unlockChild } from './people.ts';
import { lookAt } from './sweep.ts';
import { findInStores } from './raw-stores.ts';

const laptop = { viewport: { width: 1366, height: 768 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

const dayMs = 24 * 3_600_000;
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
  await lookAt(page, 'locked-teacher');
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

  // A tab that is opened anew gets it from one that is open, and from the memory of the worker nothing.
  const anew = await device.context.newPage();
  await anew.goto('/class');
  await expect(anew.getByRole('table')).toBeVisible();
  await anew.goto('about:blank');
  const later = await device.context.newPage();
  for (const shut of [page, other, anew]) await shut.close();
  await later.goto('/class');
  await expect(later.getByRole('heading', { name: /Hello again/ })).toBeVisible();
  await expect(later.getByRole('table')).toHaveCount(0);

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
  const { page } = device;
  await page.clock.install();
  await signInChild(device, 'WILLOW4', 'Maya', pictures);
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
  await lookAt(page, 'locked-child');
  expect(await findInStores(page, canaries)).toEqual([]);
  await unlockChild(device, ['apple', 'fish', 'sun']);
  await expect(page.getByText('Those are not your pictures.')).toBeVisible();
  await unlockChild(device, pictures);
  await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  await page.goto('/homework');
  await expect(page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(1);

  await test.step('S30: after a week without the school only what was not sent is in sight, and homework is logged all the same', async () => {
    await page.clock.fastForward(7 * dayMs);
    await unlockChild(device, pictures);
    await expect(page.getByRole('heading', { name: 'Your things are having a rest' })).toBeVisible();
    await expectAccessible(page, page.url());
    await page.screenshot({ path: '.data/screenshots/lapsed-child-phone-light.png' });
    await expect(page.getByRole('group')).toHaveCount(1);
    await expect(page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(1);
    await page.goto('/run');
    await expect(page.getByRole('heading', { name: 'Your things are having a rest' })).toBeVisible();
    await page.getByRole('link', { name: 'Log it' }).tap();
    await page.getByRole('link', { name: /Maths/ }).tap();
    await page.getByRole('link', { name: /Write/ }).tap();
    await page.getByLabel('My writing').fill('Seven times seven');
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByText(/Safe on this/)).toBeVisible();
    await page.goto('/homework');
    await expect(page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(2);
  });

  await device.goOnline();
  await expect(page.getByText('All sent')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your things are having a rest' })).toHaveCount(0);
  expect(await page.getByRole('group').count()).toBeGreaterThan(2);
});

test('the next person on a laptop finds nothing of a teacher, who finds the unsent marks again; both change places in two taps', async ({
  openDevice,
}) => {
  const device = await openDevice(laptop);
  const { page } = device;
  await page.clock.install();
  await signInAdult(device, 'teacher@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await page.keyboard.press('a');
  await expect(page.getByText('1 to send')).toBeVisible();
  await lock(page);
  await device.goOnline();
  await page.getByRole('button', { name: 'I am somebody else' }).click();
  await fillSignIn(device, 'parent@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  expect(await findInStores(page, [bytesOf('Okafor'), bytesOf('Rahman')])).toEqual([]);

  await test.step('a parent is locked out five minutes after the app went out of sight, and not while it is in sight', async () => {
    await page.clock.fastForward('04:00');
    await page.clock.fastForward('04:00');
    await setVisibility(page, 'hidden');
    await page.clock.fastForward('04:00');
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
    await page.clock.fastForward('01:30');
    await expect(page.getByRole('heading', { name: 'Hello again, Nadia Rahman' })).toBeVisible();
    await setVisibility(page, 'visible');
    await unlock(device);
  });

  await test.step('S20: the teacher is two taps and the password away, signed in at the school too, and the mark is sent', async () => {
    await page
      .getByRole('button', { name: /Parent/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Switch to Ms Amara Okafor' }).click();
    await expect(page.getByRole('heading', { name: 'Hello again, Ms Amara Okafor' })).toBeVisible();
    await expect(page.getByText('Leo')).toHaveCount(0);
    await expectAccessible(page, page.url());
    await unlock(device);
    await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();
    await expect(page.getByText('All sent')).toBeVisible();
  });

  await test.step('S30: a day later, out of touch, a shared laptop shows a teacher nothing', async () => {
    await device.goOffline();
    await page.clock.fastForward(dayMs);
    await unlock(device);
    await expect(page.getByRole('heading', { name: 'Put away until the school is reached' })).toBeVisible();
    await page.goto('/class');
    await expect(page.getByRole('heading', { name: 'Put away until the school is reached' })).toBeVisible();
    await expect(page.getByRole('table')).toHaveCount(0);
    await device.goOnline();
    await expect(page.getByRole('table')).toBeVisible();
  });

  await test.step('S26: who signs out is forgotten, and who asked to stay is not', async () => {
    await openMenu(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Hello again, Nadia Rahman' })).toBeVisible();
    await expect(page.getByText('Okafor')).toHaveCount(0);
  });
});

/** Whether the page takes itself to be in sight. */
async function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((told) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => told });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
