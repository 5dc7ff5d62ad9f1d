import type { Locator } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import type { Device } from './device.ts';
import { expectToArrive, expectToWait, openWay, photoButton, tablet } from './evidence.ts';
import { expect, test } from './fixtures.ts';
import { signInChild, unlockChild } from './people.ts';
import { takePicture } from './picture.ts';
import { findInStores, jpegFrames, keysInStores } from './raw-stores.ts';
import { appIsKept } from './worker.ts';

test('a photo taken without a network is sealed, is still there after a restart, and reaches the teacher', async ({ openDevice }) => {
  const device = await openDevice(tablet);
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(device.page.getByText('All sent')).toBeVisible();
  await appIsKept(device.page);
  await device.goOffline();
  await openWay(device, /^Photo/);

  const picture = await takePicture(device.page);
  const choose = device.page.getByLabel('Choose a photo');
  await choose.setInputFiles([
    { name: 'page.heic', mimeType: 'image/heic', buffer: Buffer.from('no picture') },
    { name: 'page.jpg', mimeType: 'image/jpeg', buffer: picture },
  ]);
  // What cannot be opened is said, and takes nothing else with it.
  await expect(device.page.getByText('This photo is of a kind that cannot be opened here.')).toBeVisible();
  await expect(device.page.getByRole('button', photoButton)).toBeVisible();
  const size = await device.page
    .getByRole('button', photoButton)
    .locator('img')
    .evaluate((image) => ({
      width: (image as HTMLImageElement).naturalWidth,
      height: (image as HTMLImageElement).naturalHeight,
    }));
  expect(size).toEqual({ width: 1600, height: 1200 });

  await expectAccessible(device.page, 'choosing a photo');
  const { page: before } = device;
  const address = before.url();
  await device.restart();
  const { page } = device;
  await page.goto(address);
  await unlockChild(device, ['apple', 'fish', 'bell']);
  await page.getByRole('button', photoButton).tap();
  await expect(page.getByRole('dialog', { name: 'Photo 1 of 1' }).getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  expect(jpegFrames.some((frame) => picture.includes(Buffer.from(frame)))).toBe(true);
  expect(await findInStores(page, [...jpegFrames, [...picture.subarray(5000, 5016)]])).toEqual([]);

  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).tap();
  await expect(page.getByRole('button', photoButton)).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  // The homework, its photo, and that the first was taken back.
  await expectToWait(device, 3);
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  await expect(page.getByRole('button', photoButton)).toBeVisible();
  expect(await findInStores(page, jpegFrames)).toEqual([]);

  const laptop = await expectToArrive(device, openDevice);
  const shown = laptop.page.getByRole('article').getByRole('button', photoButton).locator('img');
  await expect(async () => {
    expect(await shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1600);
  }).toPass({ timeout: 45_000 });
  await laptop.page.screenshot({ path: '.data/screenshots/teacher-marking-photo-laptop-light.png' });
  await markWithoutNetwork(laptop, shown);
  // The child sees it still: by now the school's own, since nothing is kept here that the school has.
  await page.goto('/homework');
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  const own = page.getByRole('button', photoButton).locator('img');
  await expect(own).toHaveAttribute('src', /^\/api\/evidence\//);
  await expect(async () => {
    expect(await own.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1600);
  }).toPass({ timeout: 45_000 });
});

/** S25: what waits for a mark was put by, sealed; it is looked at and marked without a network, and goes with the mark. */
async function markWithoutNetwork(laptop: Device, shown: Locator): Promise<void> {
  const { page } = laptop;
  const putBy = () => keysInStores(page, '-fetched', 'files');
  await expect.poll(putBy).not.toEqual([]);
  const before = await putBy();
  expect(await findInStores(page, jpegFrames)).toEqual([]);
  await laptop.goOffline();
  await page.reload();
  await page
    .getByRole('button', { name: /Maya Rahman/ })
    .first()
    .click();
  await expect(shown).toHaveAttribute('src', /^blob:/);
  await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1600);
  await expectAccessible(page, 'marking a photo');
  const photo = page.getByRole('article').getByRole('button', photoButton);
  await photo.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Photo 1 of 1' });
  await expect(dialog.getByRole('img')).toBeVisible();
  await expectAccessible(page, 'a photo made big');
  // By keys alone: nearer, aside, and the whole again.
  const drawnAt = () => dialog.getByRole('img').evaluate((image) => image.getBoundingClientRect().toJSON() as DOMRect);
  const fitted = await drawnAt();
  for (const key of ['+', '+', 'ArrowRight']) await page.keyboard.press(key);
  await expect(dialog.getByText('196%')).toBeVisible();
  const near = await drawnAt();
  expect(near.width / fitted.width).toBeCloseTo(1.96);
  expect(near.left).toBeLessThan(fitted.left - 0.48 * fitted.width);
  await page.keyboard.press('0');
  expect(await drawnAt()).toEqual(fitted);
  // With the wheel, what is under the pointer stays there.
  await page.mouse.move(fitted.left + 0.6 * fitted.width, fitted.top + fitted.height / 2);
  await page.mouse.wheel(0, -300);
  await expect(dialog.getByText('212%')).toBeVisible();
  expect((await drawnAt()).left).toBeCloseTo(fitted.left - 0.6 * fitted.width * (Math.exp(0.75) - 1), -1);
  // Keys of the desk are not for what lies under the photo.
  await page.keyboard.press('a');
  await page.keyboard.press('Escape');
  await expect(photo).toBeFocused();
  await expect(page.getByText('1 to send')).toHaveCount(0);
  await page.keyboard.press('o');
  await expect(dialog.getByText('100%')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await expect(page.getByText('1 to send')).toBeVisible();
  expect(await putBy()).toEqual(before);
  await laptop.goOnline();
  await expect(page.getByText('All sent')).toBeVisible();
  await expect.poll(async () => (await putBy()).length).toBe(before.length - 1);
}
