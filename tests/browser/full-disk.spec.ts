import type { Page } from '@playwright/test';
import type { Device } from './device.ts';
import { Disk } from './disk.ts';
import { expect, test } from './fixtures.ts';
import { openNewest } from './marking.ts';
import { signInChild } from './people.ts';
import { takePicture } from './picture.ts';
import { appIsKept } from './worker.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const laptop = { viewport: { width: 1366, height: 768 } } as const;

test('S24: nothing that a child writes or photographs on a full disk is lost or kept by half, and all of it reaches the teacher', async ({
  openDevice,
}) => {
  const tablet = await openDevice(phone);
  const tabletDisk = await Disk.under(tablet);
  const { page } = tablet;
  const words = `Cork floats ${String(Date.now())}`;

  await test.step('what a child writes is not called saved, and what was saved before is there after a reload', async () => {
    await signInChild(tablet, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
    await expect(page.getByText('All sent')).toBeVisible();
    await tablet.goOffline();
    await openWay(page, /^Write/);
    await page.getByLabel('My writing').fill('Cork');
    await expect(page.getByText('Saved as you write')).toBeVisible();
    await tabletDisk.fill();
    await page.getByLabel('My writing').fill(words);
    await expect(page.getByText('Not saved yet. Stay on this page.')).toBeVisible();
    await expect(page.getByText('There is no room left here')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByText('It could not be saved just now.')).toBeVisible();
    await page.screenshot({ path: '.data/screenshots/full-disk-child-phone.png' });

    await page.reload();
    await expect(page.getByLabel('My writing')).toHaveValue('Cork');
    await page.getByLabel('My writing').fill(words);
    await expect(page.getByText('Not saved yet. Stay on this page.')).toBeVisible();
    await tabletDisk.free();
    await expect(page.getByText('Saved as you write')).toBeVisible();
    await expect(page.getByText('There is no room left here')).toHaveCount(0);
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByText(/Safe on this/)).toBeVisible();
  });

  await test.step('a photo is kept whole or not at all, and stays with its homework', async () => {
    await page.goto('/clubs');
    await openWay(page, /^Photo/);
    const picture = { name: 'page.jpg', mimeType: 'image/jpeg', buffer: await takePicture(page) };
    await tabletDisk.fill();
    await page.getByLabel('Choose a photo').setInputFiles(picture);
    await expect(page.getByText('There is no room for this on the device.')).toBeVisible();
    expect(await keptFiles(page)).toEqual({ files: 0, chunks: 0 });
    await tabletDisk.free();
    await page.getByLabel('Choose a photo').setInputFiles(picture);
    const photo = page.getByRole('button', { name: 'Photo 1 of 1: make it big' });
    await expect(photo).toBeVisible();
    const kept = await keptFiles(page);
    await tabletDisk.fill();
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByText('It could not be saved just now.')).toBeVisible();
    await page.goto('/homework');
    // What was written before, and nothing of the photo's.
    await expect(page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(1);
    await page.goBack();
    await expect(photo).toBeVisible();
    expect(await keptFiles(page)).toEqual(kept);
  });

  const desk = await openDevice(laptop);
  const deskDisk = await Disk.under(desk);
  const told = desk.page.getByRole('alert').filter({ hasText: 'This device has no room left' });

  await test.step('a teacher cannot sign in on a full disk, and is told why', async () => {
    await desk.page.goto('/sign-in');
    await appIsKept(desk.page);
    await deskDisk.fill();
    await desk.page.getByLabel('School', { exact: true }).fill('oak-hill');
    await desk.page.getByLabel('Email').fill('teacher@oak-hill.example');
    await desk.page.getByLabel('Password', { exact: true }).fill('streaks-demo');
    await desk.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(desk.page.getByText('This device has no room left, so nobody can be signed in on it.')).toBeVisible();
    await deskDisk.free();
  });

  await test.step('a first sync in whose middle the disk fills is not called complete, and the person is told', async () => {
    await fillInTheMiddle(desk, deskDisk);
    await desk.page.getByRole('button', { name: 'Sign in' }).click();
    await expect(told).toBeVisible();
    await expect(desk.page.getByText('No room here')).toBeVisible();
    for (const untrue of ['All sent', 'All marked']) await expect(desk.page.getByText(untrue)).toHaveCount(0);
    await desk.page.screenshot({ path: '.data/screenshots/full-disk-teacher-laptop.png' });
  });

  await test.step('with room again both go on by themselves, and what the child did is there', async () => {
    await deskDisk.free();
    await expect(desk.page.getByText('All sent')).toBeVisible();
    await expect(told).toHaveCount(0);
    await tabletDisk.free();
    await expect(page.getByText('There is no room left here')).toHaveCount(0);
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByText(/Safe on this/)).toBeVisible();
    await page.goto('/homework');
    await tablet.goOnline();
    await expect(page.getByText('All sent')).toBeVisible();
    await desk.page.goto('/marking?find=Maya&sort=newest');
    await openNewest(desk.page, words, 1);
    await desk.page
      .getByRole('button', { name: /^Maya / })
      .first()
      .click();
    const shown = desk.page.getByRole('article').getByRole('button', { name: 'Photo 1 of 1: make it big' }).locator('img');
    await expect.poll(() => shown.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))).toBe(1600);
    expect(await keptFiles(page)).toEqual({ files: 0, chunks: 0 });
  });
});

async function openWay(page: Page, way: RegExp): Promise<void> {
  await page.getByRole('link', { name: 'Log it' }).tap();
  await page.getByRole('link', { name: 'Science', exact: true }).tap();
  await page.getByRole('link', { name: way }).tap();
}

/** The first pull's answer finds a disk that was not full when it was asked for. */
async function fillInTheMiddle({ page }: Device, disk: Disk): Promise<void> {
  await page.route(
    '**/api/sync/pull',
    async (route) => {
      await disk.fill();
      await route.continue();
    },
    { times: 1 },
  );
}

/** What lies in the database of files on this device. */
async function keptFiles(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((one) => one.name?.endsWith('-evidence')) ?? {};
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('IndexedDB failed.'));
        };
      });
    const database = await answer(indexedDB.open(name ?? ''));
    const stores = database.transaction(['files', 'chunks']);
    const [files, chunks] = await Promise.all([answer(stores.objectStore('files').count()), answer(stores.objectStore('chunks').count())]);
    database.close();
    return { files, chunks };
  });
}
