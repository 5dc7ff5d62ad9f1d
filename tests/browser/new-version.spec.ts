import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';
import { appIsKept } from './worker.ts';

const laptop = { viewport: { width: 1366, height: 768 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

test('S29: a new version waits for the person, changes on one press, and other tabs notice', async ({ openDevice, school }) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const first = device.page;
  await expect(first.getByText('All sent')).toBeVisible();
  await appIsKept(first);
  const second = await device.context.newPage();
  await second.goto('/class');
  await expect(second.getByRole('table')).toBeVisible();
  const oldVersion = await versionOf(first);
  for (const page of [first, second]) await markPage(page);

  device.meetServer(await school.startVersion('next-for-a-teacher'));
  await lookForUpdate(first);
  for (const page of [first, second]) await expect(bar(page)).toBeVisible();
  await first.screenshot({ path: '.data/screenshots/new-version-laptop.png' });
  // It waits: the old version serves on, and no page was loaded anew.
  await expect(first.getByRole('button', { name: /^Approve/ })).toBeVisible();
  for (const page of [first, second]) expect(await isMarkedPage(page)).toBe(true);
  expect(await versionOf(first)).toBe(oldVersion);

  await bar(first).getByRole('button', { name: 'Use it now' }).click();
  await expect.poll(() => versionOf(first)).toBe('next-for-a-teacher');
  await expect(first.getByRole('button', { name: /^Approve/ })).toBeVisible();
  await expect(bar(first)).toHaveCount(0);

  // The other tab is left behind: it says so, stays as it is, and comes after when it is told to.
  expect(await isMarkedPage(second)).toBe(true);
  expect(await versionOf(second)).toBe(oldVersion);
  await bar(second).getByRole('button', { name: 'Use it now' }).click();
  await expect.poll(() => versionOf(second)).toBe('next-for-a-teacher');
  await expect(second.getByRole('table')).toBeVisible();
  await expect(bar(second)).toHaveCount(0);
});

test('S29: a new version is not offered to a child who is writing, and nothing written is lost by it', async ({ openDevice, school }) => {
  const device = await openDevice(phone);
  const { page } = device;
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  await appIsKept(page);
  await page.getByRole('link', { name: 'Log it' }).tap();
  await page.getByRole('link', { name: 'Science', exact: true }).tap();
  await page.getByRole('link', { name: /^Write/ }).tap();
  await page.getByLabel('My writing').fill('Ice is lighter than water.');
  await markPage(page);

  device.meetServer(await school.startVersion('next-for-a-child'));
  await lookForUpdate(page);
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    while (registration.waiting === null) await new Promise((resolve) => setTimeout(resolve, 50));
    // Longer than the app takes to look for a quiet moment.
    await new Promise((resolve) => setTimeout(resolve, 1500));
  });
  await expect(bar(page)).toHaveCount(0);
  await page.getByRole('heading', { level: 1 }).tap();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  await expect(bar(page)).toHaveCount(0);
  expect(await isMarkedPage(page)).toBe(true);

  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByRole('heading', { name: 'Well done!' })).toBeVisible();
  await expect(bar(page)).toBeVisible();
  await page.screenshot({ path: '.data/screenshots/new-version-phone-done.png' });
  await page.goto('/clubs');
  await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  await expect(bar(page)).toBeVisible();
  await page.screenshot({ path: '.data/screenshots/new-version-phone.png' });
  await bar(page).getByRole('button', { name: 'Later' }).tap();
  await expect(bar(page)).toHaveCount(0);

  await page.reload();
  await bar(page).getByRole('button', { name: 'Use it now' }).tap();
  await expect.poll(() => versionOf(page)).toBe('next-for-a-child');
  await page.goto('/homework');
  // The inside of a piece is made once it is looked into.
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  await expect(page.getByText('Ice is lighter than water.', { exact: true })).toBeVisible();
});

function bar(page: Page) {
  return page.getByRole('complementary', { name: 'A new version is ready' });
}

/** What the browser does by itself from time to time. */
async function lookForUpdate(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
}

/** A page that is loaded anew has lost this. A page in the middle of loading has no answer yet. */
async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dataset['marked'] = 'true';
  });
}

async function isMarkedPage(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.dataset['marked'] === 'true');
}

/** The version of the shell that this page was loaded from; null while it is being loaded. */
async function versionOf(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector('meta[name="description"]')?.getAttribute('content') ?? null).catch(() => null);
}
