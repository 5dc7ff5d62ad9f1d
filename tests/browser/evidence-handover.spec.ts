import postgres from 'postgres';
import { expectToWait, openWay, tablet } from './evidence.ts';
import { expect, test } from './fixtures.ts';
import { fillSignIn, signInAdult, signInChild, unlockChild } from './people.ts';
import { takePicture } from './picture.ts';

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
