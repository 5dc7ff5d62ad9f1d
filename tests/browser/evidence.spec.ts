import postgres from 'postgres';
import type { Device, DeviceOptions } from './device.ts';
import { expect, test } from './fixtures.ts';
import { fillSignIn, signInAdult, signInChild, unlockChild } from './people.ts';
import { takePicture } from './picture.ts';
import { findInStores } from './raw-stores.ts';
import { appIsKept } from './worker.ts';

const tablet: DeviceOptions = {
  viewport: { width: 820, height: 1100 },
  hasTouch: true,
  isMobile: true,
  reducedMotion: 'reduce',
  switches: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  permissions: ['microphone'],
};

async function openWay(device: Device, way: RegExp): Promise<void> {
  const { page } = device;
  await page.getByRole('link', { name: 'Log it' }).tap();
  await page.getByRole('link', { name: 'Science', exact: true }).tap();
  await page.getByRole('link', { name: way }).tap();
}

/** What waits here together. */
async function expectToWait({ page }: Device, count: number): Promise<void> {
  await page.goto('/homework');
  await expect(page.getByText(`${String(count)} to send`)).toBeVisible();
}

/** Back in the wifi: the homework goes, then its file, and the teacher has it on the desk. */
async function expectToArrive(device: Device, openDevice: (options?: DeviceOptions) => Promise<Device>): Promise<Device> {
  await device.goOnline();
  await expect(device.page.getByText('All sent')).toBeVisible();
  const laptop = await openDevice({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' });
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
  await expect(device.page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
  const size = await device.page
    .getByRole('button', { name: 'Photo 1 of 1: make it big' })
    .locator('img')
    .evaluate((image) => ({
      width: (image as HTMLImageElement).naturalWidth,
      height: (image as HTMLImageElement).naturalHeight,
    }));
  expect(size).toEqual({ width: 1600, height: 1200 });

  const { page: before } = device;
  const address = before.url();
  await device.restart();
  const { page } = device;
  await page.goto(address);
  await unlockChild(device, ['apple', 'fish', 'bell']);
  await page.getByRole('button', { name: 'Photo 1 of 1: make it big' }).tap();
  await expect(page.getByRole('dialog', { name: 'Photo 1 of 1' }).getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const jpeg = [0xff, 0xd8, 0xff];
  expect(await findInStores(page, [jpeg, [...picture.subarray(5000, 5016)]])).toEqual([]);

  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).tap();
  await expect(page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  // The homework, its photo, and that the first was taken back.
  await expectToWait(device, 3);
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  await expect(page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
  expect(await findInStores(page, [jpeg])).toEqual([]);

  const laptop = await expectToArrive(device, openDevice);
  const shown = laptop.page.getByRole('article').getByRole('button', { name: 'Photo 1 of 1: make it big' }).locator('img');
  await expect(async () => {
    expect(await shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1600);
  }).toPass({ timeout: 20_000 });
  await laptop.page.screenshot({ path: '.data/screenshots/teacher-marking-photo-laptop-light.png' });
  // The child sees it still: by now the school's own, since nothing is kept here that the school has.
  await page.goto('/homework');
  await page.getByRole('group').filter({ hasText: 'Science' }).first().locator('summary').tap();
  const own = page.getByRole('button', { name: 'Photo 1 of 1: make it big' }).locator('img');
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
    await expect(page).toHaveURL(/sign-in/);
    await page.goto('/sign-in/class');
    await page.getByRole('button', { name: 'Maya', exact: true }).tap();
    await unlockChild(device, ['apple', 'fish', 'bell']);
    await expect(page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
    await expect(page.getByText('All sent')).toBeVisible();
    expect(await arrived()).toEqual({ pieces: 2, photos: 1 });
  } finally {
    await sql.end();
  }
});

test('a voice is recorded, heard, recorded again, and logged', async ({ openDevice }) => {
  const device = await openDevice(tablet);
  const { page } = device;
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(page.getByText('All sent')).toBeVisible();
  await appIsKept(page);
  await device.goOffline();
  await openWay(device, /^Say it/);

  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText('Record your voice first.')).toBeVisible();
  await page.getByRole('button', { name: 'Start to record' }).tap();
  await expect(page.getByRole('timer')).toHaveText('1:28');
  await page.getByRole('button', { name: 'Throw it away' }).tap();
  await page.getByRole('button', { name: 'Start to record' }).tap();
  await expect(page.getByRole('timer')).toHaveText('1:28');
  await page.getByRole('button', { name: 'Stop' }).tap();
  await expect(page.getByLabel('Recording', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Record again' }).tap();
  await expect(page.getByRole('timer')).toHaveText('1:29');
  await page.getByRole('button', { name: 'Stop' }).tap();
  await expect(page.getByLabel('Recording', { exact: true })).toBeVisible();
  const webm = [0x1a, 0x45, 0xdf, 0xa3];
  expect(await findInStores(page, [webm])).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByText(/Safe on this/)).toBeVisible();
  await expectToWait(device, 2);

  const laptop = await expectToArrive(device, openDevice);
  const player = laptop.page.getByRole('article').locator('audio');
  await expect(async () => {
    expect(await player.evaluate((audio) => (audio as HTMLAudioElement).readyState)).toBeGreaterThan(0);
  }).toPass({ timeout: 20_000 });
  await laptop.page.screenshot({ path: '.data/screenshots/teacher-marking-voice-laptop-light.png' });
});
