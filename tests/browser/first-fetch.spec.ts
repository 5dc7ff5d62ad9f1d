import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, unlock } from './people.ts';

test('a device says that its first fetch goes on, shows no part of it as all, and is ready to go offline when it says so', async ({
  openDevice,
}) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  const { page } = device;
  let letThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/api/sync/pull', async (route) => {
    await held;
    await route.continue();
  });
  const signingIn = signInAdult(device, 'teacher@oak-hill.example');
  await expect(page.getByText('Fetching', { exact: true })).toBeVisible();
  await expect(page.getByText('All sent')).toHaveCount(0);
  // Nobody is told that nothing waits, nor that nobody has done anything.
  await expect(page.getByRole('heading', { name: 'Fetching your school' })).toBeVisible();
  await page.getByRole('link', { name: 'Class', exact: true }).click();
  // Both screens say the same below their names, and have a chip each: a sheet goes with its screen.
  await expect(page.getByRole('heading', { level: 1, name: 'Class' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Fetching your school' })).toBeVisible();
  await page.getByRole('button', { name: /Fetching/ }).click();
  await expect(page.getByRole('dialog').getByText(/fetching its first copy/)).toBeVisible();
  await expectAccessible(page, 'a first fetch');
  await page.keyboard.press('Escape');
  letThrough();
  await signingIn;
  await expect(page.getByText('All sent')).toBeVisible();
  await expect(page.getByText('Maya Rahman').first()).toBeVisible();

  await device.goOffline();
  await device.restart();
  await device.page.goto('/class');
  await unlock(device);
  await expect(device.page.getByText('Maya Rahman').first()).toBeVisible();
  await expect(device.page.getByText('Fetching', { exact: true })).toHaveCount(0);
});
