import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';

test('a cheer goes to the buddies when there is a network, the teacher reads it, and a group that ends is gone from the child’s device', async ({
  openDevice,
}) => {
  const device = await openDevice({ viewport: { width: 360, height: 740 } });
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  const { page } = device;
  await page.getByRole('link', { name: /^Otters/ }).click();
  await expect(page.getByText('Maya (you)')).toBeVisible();
  const cheers = page.getByRole('list', { name: 'Cheers' });
  await expect(cheers.getByRole('listitem').first()).toBeVisible();

  await device.goOffline();
  await page.getByRole('button', { name: 'Number power!' }).click();
  await page.getByRole('group', { name: 'Your cheer' }).getByRole('button', { name: 'Send' }).click();
  await expect(cheers.getByRole('listitem').first()).toHaveText(/You: Number power!\s*Today, waits for the wifi/);
  await page.getByRole('button', { name: 'Leave the group' }).click();
  await page.getByRole('button', { name: 'Yes, leave' }).click();
  await expect(page.getByText('This needs the wifi. Nothing has changed yet.')).toBeVisible();
  await page.getByRole('button', { name: 'No, stay' }).click();
  await device.goOnline();
  await expect(cheers.getByRole('listitem').first()).toHaveText(/You: Number power!\s*Today$/);

  const desk = await openDevice({ viewport: { width: 1280, height: 800 } });
  await signInAdult(desk, 'teacher@oak-hill.example');
  await desk.page.goto('/class');
  await placeOnALevelOffline(desk);
  await desk.page.getByRole('link', { name: 'Buddy groups' }).click();
  const group = desk.page.getByRole('region', { name: 'Otters' });
  await expect(group).toBeVisible();
  await desk.page.getByLabel('Find a group or child').fill('nobody of that name');
  await expect(desk.page.getByText('Nothing found for “nobody of that name”.')).toBeVisible();
  await desk.page.getByLabel('Find a group or child').fill('maya rahman');
  await expect(desk.page).toHaveURL(/find=maya/);
  await expect(group.getByText('Maya: Number power!')).toBeVisible();
  await expect(group.getByText('asked')).toBeVisible();
  await group.getByRole('button', { name: 'End the group' }).click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'End the group' }).click();
  await expect(page.getByRole('heading', { name: 'No buddy group' })).toBeVisible();

  // Drawn by chance, and one of the new groups asks Maya: she is in it from when she says yes.
  await desk.page.getByRole('button', { name: 'Propose groups' }).click();
  await desk.page.getByRole('button', { name: /^Form \d groups$/ }).click();
  await expect(desk.page.getByText(/^\d groups are formed\. Each child is asked\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Join in' }).click();
  await expect(page.getByRole('heading', { name: 'Send a cheer' })).toBeVisible();
  await expect(page.getByText('Buddies show here when they join in.')).toBeVisible();
});

/** A teacher places a child on a level of a club without a network, from the table of the class. */
async function placeOnALevelOffline(desk: Device): Promise<void> {
  const { page } = desk;
  await expect(page.getByText('All sent')).toBeVisible();
  await desk.goOffline();
  await page
    .getByRole('button', { name: /^A quick look at (?!Maya)/ })
    .first()
    .click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: /^Place.*Topic$/ }).click();
  const sheet = page.getByRole('dialog', { name: /level in Topic$/ });
  await sheet.getByRole('button', { name: /^Place .* there$/ }).click();
  await expect(sheet.getByText('Choose another level than the one now.')).toBeVisible();
  await sheet.getByLabel('Level', { exact: true }).selectOption('Oak');
  await sheet.getByRole('button', { name: /^Place .* there$/ }).click();
  await expect(sheet.getByText('Say why.')).toBeVisible();
  await sheet.getByLabel('Why?', { exact: true }).fill('Reads maps far beyond the class.');
  await sheet.getByRole('button', { name: /^Place .* there$/ }).click();
  await expect(panel.getByText(/^Oak .*: waits to be sent$/)).toBeVisible();
  await desk.goOnline();
  await expect(panel.getByText('Placed by a teacher: Today')).toBeVisible();
  await expect(panel.getByText(/: waits to be sent$/)).toHaveCount(0);
  await page.keyboard.press('Escape');
}
