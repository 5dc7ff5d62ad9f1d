import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { generateDemoSchools } from '#db/seed/generate.ts';
import type { Child } from '#db/seed/model.ts';
import { must } from '#domain/must.ts';
import type { Device } from './device.ts';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, tapPictures } from './people.ts';
import { findInStores } from './raw-stores.ts';
import { lookAt } from './sweep.ts';
import { appIsKept } from './worker.ts';

const names = ['apple', 'boat', 'key', 'umbrella', 'fish', 'house', 'kite', 'moon', 'bell', 'snail', 'drum', 'sun'];
const bytesOf = (words: string) => [...new TextEncoder().encode(words)];

/** Maya, and another child of her class. */
function twoChildren(): { maya: Child; other: Child } {
  const [oakHill] = generateDemoSchools(new Date(), 'small');
  const { children } = must(oakHill, 'the first demo school');
  const maya = must(
    children.find(({ firstName }) => firstName === 'Maya'),
    'Maya is documented',
  );
  const other = children.find(({ classId, id }) => classId === maya.classId && id !== maya.id);
  return { maya, other: must(other, 'a class has more than one child') };
}

async function tapIn(page: Page, { firstName, pictures }: Child): Promise<void> {
  await page.getByRole('button', { name: firstName, exact: true }).tap();
  await tapPictures(
    page,
    pictures.split('-').map((number) => must(names[Number(number) - 1], 'twelve pictures')),
  );
}

async function finish(page: Page, { firstName }: Child): Promise<void> {
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByRole('heading', { name: `Well done, ${firstName}!` })).toBeVisible();
  await page.getByRole('link', { name: 'Finished' }).tap();
  await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
}

async function enrol(device: Device): Promise<void> {
  const { page } = device;
  await signInAdult(device, 'teacher@oak-hill.example');
  await page.goto('/class');
  await page.getByRole('button', { name: 'Class tablets' }).click();
  await page.getByLabel('What is it called?').fill('Blue tablet');
  await expectAccessible(page, page.url());
  await page.screenshot({ path: '.data/screenshots/class-tablets-teacher.png' });
  await page.getByRole('button', { name: 'Make this the class’s tablet' }).click();
  await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
}

test('S30: children of a class log on its tablet without a network; it is sealed at once, and arrives as theirs', async ({
  openDevice,
  school,
}) => {
  test.slow();
  const startedAt = new Date();
  const { maya, other } = twoChildren();
  const words = `Conkers roll downhill ${String(Date.now())}`;
  const device = await openDevice({ viewport: { width: 820, height: 1180 }, hasTouch: true });
  const { page } = device;
  await enrol(device);
  await expect(page.getByRole('button', { name: other.firstName, exact: true })).toBeVisible();
  await appIsKept(page);
  await device.goOffline();

  await test.step('one writes', async () => {
    await tapIn(page, maya);
    await expect(page.getByRole('link', { name: 'English', exact: true })).toBeVisible();
    await lookAt(page, 'tablet-device-log');
    await page.getByRole('link', { name: 'English', exact: true }).tap();
    await page.getByRole('link', { name: /^Write/ }).tap();
    await page.getByLabel('My writing').fill(words);
    await page.getByRole('button', { name: 'Done' }).tap();
    await expect(page.getByRole('heading', { name: 'Well done, Maya!' })).toBeVisible();
    await page.screenshot({ path: '.data/screenshots/class-tablet-done.png' });
    await page.getByRole('link', { name: 'Log more' }).tap();
  });

  await test.step('and shows a photo', async () => {
    await page.getByRole('link', { name: 'Science', exact: true }).tap();
    await page.getByRole('link', { name: /^Photo/ }).tap();
    await page.getByLabel('Choose a photo').setInputFiles({ name: 'page.jpg', mimeType: 'image/jpeg', buffer: await drawPhoto(page) });
    await expect(page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
    await finish(page, maya);
  });

  await test.step('going back leads no child into another’s homework, and nothing of it lies open here', async () => {
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
    expect(await findInStores(page, [words, 'Maya', 'conkers'].map(bytesOf))).toEqual([]);
  });

  await test.step('after a restart without a network the faces are there, another child logs, and all of it waits sealed', async () => {
    await device.restart();
    await device.page.goto('/');
    await expect(device.page.getByText('3 sealed to send')).toBeVisible();
    await lookAt(device.page, 'tablet-device');
    const writer = device.page;
    await tapIn(writer, other);
    await writer.getByRole('link', { name: 'Maths', exact: true }).tap();
    await writer.getByRole('link', { name: /^Show/ }).tap();
    await finish(writer, other);
    await expect(writer.getByText('4 sealed to send')).toBeVisible();
  });

  await test.step('back in the wifi each piece arrives, under the child who did it', async () => {
    await device.goOnline();
    await expect(device.page.getByText(/sealed to send/)).toBeHidden();
    await withDatabase(school.adminUrl, async (sql) => {
      const rows = await sql`
        select completion.student_id as student, completion.evidence_kind as kind, completion.logged_by as by,
          (select count(*)::int from evidence where evidence.completion_id = completion.id and state = 'ready') as files
        from homework_completions completion where received_at > ${startedAt} and logged_by = 'class_device' order by kind`;
      expect([...rows]).toEqual([
        { student: maya.id, kind: 'photo', by: 'class_device', files: 1 },
        { student: other.id, kind: 'show_in_class', by: 'class_device', files: 0 },
        { student: maya.id, kind: 'written', by: 'class_device', files: 0 },
      ]);
    });
  });

  await test.step('ended by a teacher, it forgets the class and says what to do', async () => {
    await withDatabase(school.adminUrl, (sql) => sql`update devices set revoked_at = now() where name = 'Blue tablet'`);
    await expect(device.page.getByRole('heading', { name: 'Ask your teacher to set this tablet up again' })).toBeVisible();
    await expect(device.page.getByText(other.firstName)).toHaveCount(0);
    await device.page.reload();
    await expect(device.page.getByRole('link', { name: 'For teachers' })).toBeVisible();
  });
});

async function withDatabase(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

/** A small JPEG. */
async function drawPhoto(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(320, 240);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('No canvas.');
    context.fillRect(40, 40, 120, 90);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(base64, 'base64');
}
