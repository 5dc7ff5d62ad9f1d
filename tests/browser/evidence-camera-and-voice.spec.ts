import { expectAccessible } from './accessibility.ts';
import type { Device, DeviceOptions } from './device.ts';
import { expectToArrive, expectToWait, openWay, photoButton } from './evidence.ts';
import { expect, test } from './fixtures.ts';
import { signInChild } from './people.ts';
import { takePicture } from './picture.ts';
import { findInStores } from './raw-stores.ts';
import { appIsKept } from './worker.ts';

/** With a mouse, a microphone and two cameras. */
const laptopThatHears: DeviceOptions = {
  viewport: { width: 1280, height: 800 },
  switches: ['--use-fake-device-for-media-stream=device-count=2'],
  permissions: ['microphone', 'camera'],
};

test('a photo is taken with the camera of a laptop, by keys; a voice is recorded, heard, recorded again, logged, and answered by one', async ({
  openDevice,
}) => {
  const device = await openDevice(laptopThatHears);
  const { page } = device;
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  await appIsKept(page);
  await device.goOffline();
  await openWay(device, /^Photo/);
  await photographByKeys(device);
  await chooseWithoutCamera(device);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await page.goto('/clubs');
  await openWay(device, /^Say it/);

  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('Record your voice first.')).toBeVisible();
  await page.getByRole('button', { name: 'Start to record' }).click();
  await expect(page.getByRole('timer')).toHaveText('1:28');
  await page.getByRole('button', { name: 'Throw it away' }).click();
  await page.getByRole('button', { name: 'Start to record' }).click();
  await expect(page.getByRole('timer')).toHaveText('1:28');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByLabel('Recording', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Record again' }).click();
  await expect(page.getByRole('timer')).toHaveText('1:29');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('You are still recording. Press Stop first.')).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByLabel('Recording', { exact: true })).toBeVisible();
  const length = await page.getByText(/^\d+ seconds? long$/).innerText();
  await expectAccessible(page, 'a recording');
  const webm = [0x1a, 0x45, 0xdf, 0xa3];
  expect(await findInStores(page, [webm])).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await expectToWait(device, 5);

  const laptop = await expectToArrive(device, openDevice, laptopThatHears);
  // What was sealed before the reload may come both ways in the same moment: whoever is second is told how far the file is (409).
  device.excuse(/status of 409 .*\/api\/evidence\/uploads\//);
  const player = laptop.page.getByRole('article').locator('audio');
  await expect(async () => {
    expect(await player.evaluate((audio) => (audio as HTMLAudioElement).readyState)).toBeGreaterThan(0);
  }).toPass({ timeout: 45_000 });
  await expect(laptop.page.getByRole('article').getByText(length, { exact: true })).toBeVisible();
  await laptop.page.screenshot({ path: '.data/screenshots/teacher-marking-voice-laptop-light.png' });
  await answerByVoice(laptop);
  expect(await findInStores(laptop.page, [webm])).toEqual([]);
  const putBy = page.waitForResponse((response) => /\/api\/evidence\/[\da-f-]{36}$/.test(response.url()) && response.ok());
  await laptop.goOnline();
  await expect(laptop.page.getByText('All sent')).toBeVisible();

  // It is put by for the child, who hears it with no network.
  await (await putBy).finished();
  await device.goOffline();
  await page.goto('/homework');
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').click();
  const answer = page.getByLabel('Ms Okafor says', { exact: true });
  await expect(answer).toHaveAttribute('src', /^blob:/);
  await expect(async () => {
    expect(await answer.evaluate((audio) => (audio as HTMLAudioElement).readyState)).toBeGreaterThan(0);
  }).toPass({ timeout: 45_000 });
  await expectAccessible(page, 'what a teacher says');
  expect(await findInStores(page, [webm])).toEqual([]);
  await page.screenshot({ path: '.data/screenshots/child-homework-voice-laptop-light.png' });
});

/** With the live camera: allowed, other camera, still, again, kept; by keys alone. */
async function photographByKeys(device: Device): Promise<void> {
  const { page } = device;
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    const streams: MediaStream[] = [];
    devices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints);
      streams.push(stream);
      return stream;
    };
    Object.assign(globalThis, { isLive: () => streams.some((stream) => stream.getTracks().some((track) => track.readyState === 'live')) });
  });
  const isLive = () => page.evaluate(() => (globalThis as unknown as { isLive: () => boolean }).isLive());
  const open = page.getByRole('button', { name: 'Take a photo' });
  await open.focus();
  await page.keyboard.press('Enter');
  const take = page.getByRole('button', { name: 'Take the photo' });
  await expect(take).toBeFocused();
  await expectAccessible(page, 'a live camera');
  await page.getByRole('button', { name: 'Other camera' }).press('Enter');
  await expect(take).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  expect(await isLive()).toBe(false);
  await expectAccessible(page, 'a photo that was just taken');
  await page.getByRole('button', { name: 'Take it again' }).press('Enter');
  await expect(take).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(open).toBeFocused();
  expect(await isLive()).toBe(false);
  await page.keyboard.press('Enter');
  await expect(take).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Keep it' }).press('Enter');
  // What the camera saw, which is green, and not what there is before it sees anything.
  const kept = page.getByRole('button', photoButton).locator('img');
  await expect.poll(() => kept.evaluate(greenness)).toBeGreaterThan(50);
  expect(await isLive()).toBe(false);
}

/** 0 … 255, in the middle of a picture. */
function greenness(image: SVGElement | HTMLElement): number {
  if (!(image instanceof HTMLImageElement) || image.naturalWidth === 0) return 0;
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context?.drawImage(image, -image.naturalWidth / 2, -image.naturalHeight / 2);
  return context?.getImageData(0, 0, 1, 1).data[1] ?? 0;
}

/** Where the camera is not allowed: plain words, and a photo from a file. */
async function chooseWithoutCamera({ page, context }: Device): Promise<void> {
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Browser.setPermission', { permission: { name: 'camera' }, setting: 'denied', origin });
  await page.getByRole('button', { name: 'Take one more' }).click();
  const dialog = page.getByRole('dialog', { name: 'Camera' });
  await expect(dialog.getByText('The camera is switched off for this page.')).toBeVisible();
  await expectAccessible(page, 'a camera that is not allowed');
  await dialog.getByLabel('Choose a photo').setInputFiles({ name: 'page.jpg', mimeType: 'image/jpeg', buffer: await takePicture(page) });
  await expect(page.getByRole('button', { name: 'Photo 2 of 2: make it big' })).toBeVisible();
  await expect(dialog).toHaveCount(0);
}

/** Without a network: V begins, V stops, and nothing is marked meanwhile; what is taken back is still there to be given. */
async function answerByVoice(laptop: Device): Promise<void> {
  const { page } = laptop;
  await laptop.goOffline();
  const voice = page.getByRole('group', { name: 'Voice comment' });
  await page.keyboard.press('v');
  await expect(voice.getByRole('timer')).toHaveText('0:58');
  await page.keyboard.press('a');
  await expect(page.getByText('You are still recording. Stop first, then mark.').first()).toBeVisible();
  await page.keyboard.press('v');
  const player = voice.getByLabel('Voice comment', { exact: true });
  await expect(player).toHaveAttribute('src', /^blob:/);
  await expectAccessible(page, 'a voice comment');
  // A restart of the page leaves it where it was; then it is said anew, by a key that is held.
  await page.reload();
  await page
    .getByRole('button', { name: /Maya Rahman/ })
    .first()
    .click();
  await expect(player).toHaveAttribute('src', /^blob:/);
  await page.keyboard.down('v');
  await expect(voice.getByRole('timer')).toHaveText('0:59');
  await page.keyboard.up('v');
  await expect(player).toHaveAttribute('src', /^blob:/);
  await page.screenshot({ path: '.data/screenshots/teacher-voice-comment-laptop-light.png' });
  await page.keyboard.press('a');
  // The mark and its voice.
  await expect(page.getByText('2 to send')).toBeVisible();
  await page.keyboard.press('u');
  await expect(player).toBeVisible();
  await page.keyboard.press('a');
  await expect(page.getByText('4 to send')).toBeVisible();
}
