import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { evidenceLimits } from '#domain/evidence/evidence.ts';
import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { openNewest } from './marking.ts';
import { lookIntoAll, signInAdult, signInChild, unlockChild } from './people.ts';
import { takeNoise } from './picture.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const pictures = ['apple', 'fish', 'bell'];
const slowFactor = 4;

test('S25: on a slow tablet work goes its whole way, and a photo goes on where it was when its tab was killed', async ({
  openDevice,
  school,
}) => {
  const tablet = await openDevice(phone);
  const laptop = await openDevice({ viewport: { width: 1366, height: 768 } });
  const words = `Snails climb ${String(Date.now())}`;

  await test.step('a child logs without a network, comes back, and the teacher approves, all at a quarter of the speed', async () => {
    await slowDown(tablet);
    await signInChild(tablet, 'WILLOW4', 'Maya', pictures);
    await expect(tablet.page.getByText('All sent')).toBeVisible();
    await slowDown(laptop);
    await signInAdult(laptop, 'teacher@oak-hill.example');
    await tablet.goOffline();
    await openWay(tablet.page, /^Write/);
    // Key by key, as a person does: none may be dropped.
    await tablet.page.getByLabel('My writing').pressSequentially(words);
    await tablet.page.getByRole('button', { name: 'Done' }).tap();
    await expect(tablet.page.getByText(/Safe on this/)).toBeVisible();
    await tablet.page.goto('/homework');
    await lookIntoAll(tablet);
    await tablet.goOnline();
    await expect(tablet.page.getByText('All sent')).toBeVisible();
    await laptop.page.goto('/marking?find=Maya&sort=newest');
    await openNewest(laptop.page, words);
    await laptop.page.keyboard.press('a');
    await expect(laptop.page.getByText('All sent')).toBeVisible();
    await expect(tablet.page.getByRole('group').filter({ hasText: 'Approved' }).getByText(words, { exact: true })).toBeAttached();
  });

  const sql = postgres(school.adminUrl, { max: 1 });
  try {
    await test.step('its tab is killed while a photo is on its way, and it goes on from there and no sooner', async () => {
      await tablet.goOffline();
      await tablet.page.goto('/clubs');
      await openWay(tablet.page, /^Photo/);
      const buffer = await takeNoise(tablet.page);
      await tablet.page.getByLabel('Choose a photo').setInputFiles({ name: 'page.jpg', mimeType: 'image/jpeg', buffer });
      await expect(tablet.page.getByRole('button', { name: 'Photo 1 of 1: make it big' })).toBeVisible();
      await tablet.page.getByRole('button', { name: 'Done' }).tap();
      await expect(tablet.page.getByText(/Safe on this/)).toBeVisible();
      const file = await waitingFile(tablet.page);
      const parts = Math.ceil(file.bytes / evidenceLimits.chunkBytes);
      expect(parts, 'a photo of several parts').toBeGreaterThan(2);

      // One part comes through, and the second is cut in its middle.
      const hangs = tablet.hangAfter(1.5 * evidenceLimits.chunkBytes);
      await tablet.goOnline();
      await hangs;
      await tablet.crash();
      await tablet.restart();
      await tablet.page.goto('/homework');
      await unlockChild(tablet, pictures);
      await expect(tablet.page.getByText('1 to send')).toBeVisible();
      const before = tablet.sentBytes;
      await tablet.goOnline();
      await expect(tablet.page.getByText('All sent')).toBeVisible();
      // Whatever else a start sends is far less than half a part.
      const most = file.bytes - evidenceLimits.chunkBytes / 2;
      expect(tablet.sentBytes - before, 'nothing that had come through is sent again').toBeLessThan(most);
      const [stored] = await sql<{ state: string; hash: string; bytes: number }[]>`
        select state, encode(sent_sha256, 'hex') as hash, sent_bytes::int as bytes from evidence where id = ${file.evidenceId}`;
      expect(stored).toEqual({ state: 'ready', hash: file.sha256, bytes: file.bytes });
    });
  } finally {
    await sql.end();
  }
});

async function openWay(page: Page, way: RegExp): Promise<void> {
  await page.getByRole('link', { name: 'Log it' }).tap();
  await page.getByRole('link', { name: 'Science', exact: true }).tap();
  await page.getByRole('link', { name: way }).tap();
}

/** From now on the page's processor has a quarter of its speed. */
async function slowDown({ context, page }: Device): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowFactor });
}

/** The one file that waits on this device. */
async function waitingFile(page: Page): Promise<{ evidenceId: string; bytes: number; sha256: string }> {
  const files = await page.evaluate(async () => {
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
    const found = (await answer(database.transaction('files').objectStore('files').getAll())) as {
      evidenceId: string;
      bytes: number;
      sha256: string;
    }[];
    database.close();
    return found.map(({ evidenceId, bytes, sha256 }) => ({ evidenceId, bytes, sha256 }));
  });
  const [file] = files;
  if (files.length !== 1 || !file) throw new Error(`There should be one file, and there are ${String(files.length)}.`);
  return file;
}
