import type { Locator } from '@playwright/test';
import postgres from 'postgres';
import { expectAccessible } from './accessibility.ts';
import type { Device, DeviceOptions } from './device.ts';
import { expect, test } from './fixtures.ts';
import { fillSignIn, signInAdult, signInChild, unlockChild } from './people.ts';
import { takePicture } from './picture.ts';
import { findInStores, jpegFrames, keysInStores } from './raw-stores.ts';
import { appIsKept } from './worker.ts';

const tablet: DeviceOptions = {
  viewport: { width: 820, height: 1100 },
  hasTouch: true,
  isMobile: true,
};
/** With a mouse, a microphone and two cameras. */
const laptopThatHears: DeviceOptions = {
  viewport: { width: 1280, height: 800 },
  switches: ['--use-fake-device-for-media-stream=device-count=2'],
  permissions: ['microphone', 'camera'],
};
const photoButton = { name: 'Photo 1 of 1: make it big' };

async function openWay(device: Device, way: RegExp): Promise<void> {
  const { page } = device;
  await page.getByRole('link', { name: 'Log it' }).click();
  await page.getByRole('link', { name: 'Science', exact: true }).click();
  await page.getByRole('link', { name: way }).click();
}

/** What waits here together. */
async function expectToWait({ page }: Device, count: number): Promise<void> {
  await page.goto('/homework');
  await expect(page.getByText(`${String(count)} to send`)).toBeVisible();
}

/** Back in the wifi: the homework goes, then its file, and the teacher has it on the desk. */
async function expectToArrive(
  device: Device,
  openDevice: (options?: DeviceOptions) => Promise<Device>,
  options: DeviceOptions = { viewport: { width: 1366, height: 768 } },
): Promise<Device> {
  await device.goOnline();
  await expect(device.page.getByText('All sent')).toBeVisible();
  const laptop = await openDevice(options);
  await signInAdult(laptop, 'teacher@oak-hill.example');
  await laptop.page.goto('/marking?find=Maya&sort=newest');
  const newest = laptop.page.getByRole('button', { name: /Maya Rahman/ }).first();
  await newest.click();
  await expect(newest).toHaveAttribute('aria-current', 'true');
  return laptop;
}

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
  }).toPass({ timeout: 20_000 });
  await laptop.page.screenshot({ path: '.data/screenshots/teacher-marking-photo-laptop-light.png' });
  await markWithoutNetwork(laptop, shown);
  // The child sees it still: by now the school's own, since nothing is kept here that the school has.
  await page.goto('/homework');
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  const own = page.getByRole('button', photoButton).locator('img');
  await expect(own).toHaveAttribute('src', /^\/api\/evidence\//);
  await expect(async () => {
    expect(await own.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1600);
  }).toPass({ timeout: 20_000 });
});

test('S30: what a child leaves sealed reaches the school by a file, and by whoever signs in next on the same device', async ({
  openDevice,
  school,
}) => {
  const since = new Date();
  const device = await openDevice(tablet);
  const { page } = device;
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  await device.goOffline();
  await openWay(device, /^Photo/);
  await page.getByLabel('Choose a photo').setInputFiles([{ name: 'page.jpg', mimeType: 'image/jpeg', buffer: await takePicture(page) }]);
  await expect(page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await expectToWait(device, 2);
  await page.getByRole('button', { name: /2 to send/ }).tap();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save what waits as a file' }).tap();
  const file = await (await saved).path();
  await expect(page.getByText('The file is saved.')).toBeVisible();
  await page.screenshot({ path: '.data/screenshots/child-handover-tablet-light.png' });
  await page.keyboard.press('Escape');

  // A second piece comes too late for the file; then the child leaves, and the session with them.
  await page.goto('/clubs');
  await openWay(device, /Write/);
  await page.getByLabel('My writing').fill('Sealed and left behind');
  await expect(page.getByText('Saved')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await page.goto('/clubs');
  await page.getByRole('button', { name: /Maya/ }).first().tap();
  await page.getByRole('button', { name: 'I am finished' }).tap();
  await expect(page.getByRole('heading', { name: 'Tap your 3 pictures' })).toBeVisible();
  await device.context.clearCookies();

  const sql = postgres(school.adminUrl, { max: 1 });
  try {
    const arrived = async () => {
      const [row] = await sql<{ pieces: number; photos: number }[]>`
        select count(*)::int as pieces, count(*) filter (where e.state = 'ready')::int as photos
        from homework_completions c left join evidence e on (e.school_id, e.completion_id) = (c.school_id, c.id)
        where c.received_at > ${since}`;
      return row;
    };
    const laptop = await openDevice({ viewport: { width: 1366, height: 768 } });
    await signInAdult(laptop, 'teacher@oak-hill.example');
    await laptop.page.getByText('All sent').click();
    await laptop.page
      .getByLabel('Bring in a handover file')
      .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await expect(laptop.page.getByText('This is not a handover file.')).toBeVisible();
    await laptop.page.getByLabel('Bring in a handover file').setInputFiles(file);
    await expect(laptop.page.getByText('2 sealed pieces were brought in.')).toBeVisible();
    await expect.poll(arrived).toEqual({ pieces: 1, photos: 1 });
    await laptop.page.screenshot({ path: '.data/screenshots/teacher-handover-laptop-light.png' });

    await device.goOnline();
    await page.getByRole('button', { name: 'Not me: go back' }).tap();
    await page.getByRole('button', { name: 'Another class' }).tap();
    await page.getByRole('link', { name: 'I am a grown-up' }).tap();
    await fillSignIn(device, 'parent@oak-hill.example');
    await expect(page.getByText('All sent')).toBeVisible();
    await expect.poll(arrived).toEqual({ pieces: 2, photos: 1 });

    // The child comes back to a copy that takes it all for unsent: nothing is there twice, and nothing was refused.
    await page
      .getByRole('button', { name: /Parent/ })
      .first()
      .tap();
    await page.getByRole('button', { name: 'Sign out' }).tap();
    await unlockChild(device, ['apple', 'fish', 'bell']);
    await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
    await expect(page.getByText('All sent')).toBeVisible();
    expect(await arrived()).toEqual({ pieces: 2, photos: 1 });
  } finally {
    await sql.end();
  }
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
  }).toPass({ timeout: 20_000 });
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
  }).toPass({ timeout: 20_000 });
  await expectAccessible(page, 'what a teacher says');
  expect(await findInStores(page, [webm])).toEqual([]);
  await page.screenshot({ path: '.data/screenshots/child-homework-voice-laptop-light.png' });
});

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
