import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { expect, test } from './fixtures.ts';
import { searchOpened } from './opened-stores.ts';
import { fillSignIn, signInAdult, signInChild } from './people.ts';
import { appIsKept } from './worker.ts';

const laptop = { viewport: { width: 1366, height: 768 } };

test('S20: one tab replicates, and two tabs show the same', async ({ openDevice, school }) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const first = device.page;
  await first.goto('/marking');
  await expect(first.getByText('All sent')).toBeVisible();
  const second = await device.context.newPage();
  await second.goto('/marking');
  await expect(second.getByText('All sent')).toBeVisible();
  await expect(second.getByRole('button', { name: /^Approve/ })).toBeVisible();
  expect(await opened(second)).toEqual(await opened(first));

  await device.goOffline();
  await second.keyboard.press('a');
  await expect(second.getByText('1 to send')).toBeVisible();
  await expect(first.getByText('1 to send')).toBeVisible();

  await device.goOnline();
  await expect(second.getByText('All sent')).toBeVisible();
  await expect(first.getByText('All sent')).toBeVisible();

  // The tab that led is closed: the other takes over, and what is written there still arrives.
  await first.close();
  const sql = postgres(school.adminUrl, { max: 1 });
  try {
    const reviews = async () => (await sql<{ count: number }[]>`select count(*)::int as count from completion_reviews`)[0]?.count ?? 0;
    const before = await reviews();
    await second.keyboard.press('a');
    await expect.poll(reviews).toBe(before + 1);
    await expect(second.getByText('All sent')).toBeVisible();
  } finally {
    await sql.end();
  }
});

test('S26: signing out tells what is unsent, keeps it until the person says so, and leaves nothing on the device', async ({
  openDevice,
}) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await page.goto('/marking');
  await expect(page.getByRole('button', { name: /^Approve/ })).toBeVisible();
  await appIsKept(page);
  await device.goOffline();
  await page.keyboard.press('a');
  await expect(page.getByText('1 to send')).toBeVisible();
  // The documents, the own files, and those that were put by for marking.
  expect(await opened(page)).toHaveLength(3);

  await signOut(page);
  await page.getByRole('button', { name: 'Stay signed in' }).click({ timeout: 45_000 });
  await expect(page.getByText('1 to send')).toBeVisible();

  await signOut(page);
  await page.getByRole('button', { name: 'Throw away and sign out' }).click({ timeout: 45_000 });
  await expect(page).toHaveURL(/sign-in/);
  expect(await opened(page)).toEqual([]);

  // A reload without a network finds nobody; with one, the session is gone at the server as well.
  await page.reload();
  await expect(page).toHaveURL(/sign-in/);
  await device.goOnline();
  await page.reload();
  await expect(page).toHaveURL(/sign-in/);
  // The server is told in the background, once it can be reached.
  await expect.poll(() => page.evaluate(async () => (await fetch('/api/auth/session')).status)).toBe(401);
  // The browser notes the refused request in its console: that is what was asked for.
  device.complaints.splice(0);
});

test('S26: the next person on the same laptop finds nothing of the last, though everything sealed is opened', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  const { page } = device;
  await signInAdult(device, 'teacher@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  const before = await opened(page);
  await page.goto('/class');
  // The next one is a parent of Maya's.
  const children = page.getByRole('rowheader').filter({ hasNotText: 'Maya' });
  await expect(children.first()).toBeVisible();
  const names = (await children.allInnerTexts()).slice(0, 5).map((name) => name.trim());
  expect(names).toHaveLength(5);
  const held = await searchOpened(page, names);
  for (const name of names) expect(held.found.join(), 'or what follows proves nothing').toContain(name);

  await signOut(page);
  await expect(page).toHaveURL(/sign-in/);
  await fillSignIn(device, 'parent@oak-hill.example');
  await expect(page.getByText('All sent')).toBeVisible();
  const after = await opened(page);
  expect(after.length).toBeGreaterThan(0);
  expect(after.filter((name) => before.includes(name))).toEqual([]);
  const { found, shut, opened: searched } = await searchOpened(page, [...names, 'teacher@oak-hill.example']);
  expect(found).toEqual([]);
  expect(shut, 'nothing was passed over').toEqual([]);
  expect(searched).toBeGreaterThan(0);
});

test('the app itself is kept on the device, and nothing that the API says', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  await signInAdult(device, 'teacher@oak-hill.example');
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  await appIsKept(page);
  const cached = await page.evaluate(async () => {
    const caches_ = await Promise.all(
      (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)),
    );
    return caches_.flat();
  });
  expect(cached).toContain('/app.html');
  expect(cached.filter((path) => path.startsWith('/api'))).toEqual([]);
  await device.goOffline();
  for (const [path, heading] of [
    ['/marking', 'Marking'],
    ['/class', '4 Willow'],
    ['/nowhere/at/all', 'There is nothing here'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
  }
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Marking' })).toBeVisible();
});

test('whoever has just signed in can lose the network and open the app again', async ({ openDevice }) => {
  const device = await openDevice(laptop);
  const { page } = device;
  // The app puts itself by while the person is still looking for their name.
  await page.goto('/sign-in');
  await appIsKept(page);
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  await page.getByRole('link', { name: 'Log it' }).click();
  await expect(page.getByRole('heading', { name: 'Which club?' })).toBeVisible();
});

async function signOut(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /Okafor/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Sign out' }).click();
}

/** The databases of documents on this device. */
async function opened(page: Page): Promise<string[]> {
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
  return names.filter((name) => name.startsWith('studystreaks-sealed-')).sort();
}
