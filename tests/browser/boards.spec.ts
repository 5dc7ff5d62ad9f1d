import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';

test('a child sees the class’s garden, says no to the own name there, and the school’s switch takes the garden away', async ({
  openDevice,
}) => {
  const device = await openDevice({ viewport: { width: 360, height: 740 } });
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  const { page } = device;
  const card = page.getByRole('link', { name: /^Class garden/ });
  await card.click();
  await expect(page.getByRole('heading', { name: 'Hall of Effort' })).toBeVisible();
  const ask = page.getByRole('group', { name: 'Show my name here?' });
  await expect(ask.getByRole('status')).toHaveText('Your name may be shown.');
  await ask.getByRole('button', { name: 'No, keep it off' }).click();
  await expect(ask.getByRole('status')).toHaveText('Your name is not shown.');

  await device.goOffline();
  await ask.getByRole('button', { name: 'Yes, show it' }).click();
  await expect(ask.getByRole('status')).toHaveText('This needs the wifi. Nothing has changed yet.');
  await expect(ask.getByRole('button', { name: 'No, keep it off' })).toHaveAttribute('aria-pressed', 'true');
  await device.goOnline();
  await ask.getByRole('button', { name: 'Yes, show it' }).click();
  await expect(ask.getByRole('status')).toHaveText('Your name may be shown.');

  const office = await openDevice({ viewport: { width: 1280, height: 800 } });
  await signInAdult(office, 'admin@oak-hill.example');
  await office.page.getByRole('link', { name: 'Settings' }).click();
  const boards = office.page.getByRole('radiogroup', { name: 'Boards' });
  await boards.getByText('Off', { exact: true }).click();
  await expect(office.page.getByRole('status').filter({ hasText: 'Saved at the school.' })).toBeVisible();
  await expect(page.getByText('Your class has no garden just now.')).toBeVisible();
  await boards.getByText('Class gardens', { exact: true }).click();
  await expect(ask).toBeVisible();
});
