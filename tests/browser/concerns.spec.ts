import { expect, test } from './fixtures.ts';
import { searchOpened } from './opened-stores.ts';
import { signInAdult } from './people.ts';

test('a concern is read online and closed once, and nothing of it is kept on the lead’s device', async ({ openDevice }) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  await signInAdult(device, 'safeguarding@oak-hill.example');
  const { page } = device;
  await page.getByRole('link', { name: 'Concerns 2' }).click();
  // A child has told of a worry itself, without a word.
  await expect(page.getByRole('article').filter({ hasText: 'Told by the child' }).getByText('something online')).toBeVisible();
  const concern = page.getByRole('article').filter({ hasText: 'crossed it out twice' });
  const name = (await concern.getByRole('heading', { level: 2 }).innerText()).split(' · ')[0] ?? '';
  expect(name).toMatch(/^\S+ \S+/);

  await concern.getByRole('button', { name: 'Close it' }).click();
  await concern.getByRole('button', { name: 'Close the concern' }).click();
  await expect(concern.getByText('Write what was done.')).toBeVisible();
  await concern.getByLabel('What was done?').fill('Talked with the class teacher.');
  await device.goOffline();
  await concern.getByRole('button', { name: 'Close the concern' }).click();
  await expect(concern.getByText('no network now')).toBeVisible();
  await device.goOnline();
  // Not a word of it has to be written again.
  await concern.getByRole('button', { name: 'Close the concern' }).click();
  await expect(concern).toHaveCount(0);
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('button', { name: 'Closed' }).click();
  await expect(concern.filter({ hasText: 'Talked with the class teacher.' }).getByText('Closed by Mrs Grace Adeyemi')).toBeVisible();

  await page.getByLabel('Find a concern').fill('nobody wrote that');
  await expect(page.getByText('No concern here looks like that.')).toBeVisible();
  await expect(concern).toHaveCount(0);
  await page.getByLabel('Find a concern').fill(name);
  await expect(concern.first()).toBeVisible();
  // A name that was searched for is not kept with the address.
  expect(new URL(page.url()).search).toBe('?state=handled');

  const { found, opened } = await searchOpened(page, ['crossed it out', 'class teacher.', name]);
  expect(found).toEqual([]);
  expect(opened).toBeGreaterThan(0);
  await device.goOffline();
  await page.reload();
  await expect(page.getByText('no network now')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(0);
});
