import type { Device } from './device.ts';
import { expect } from './fixtures.ts';

/** The demo people that tests sign in as, the way a person does. */
export async function signInAdult(device: Device, email: string): Promise<void> {
  const { page } = device;
  await page.goto('/sign-in');
  await page.getByLabel('School', { exact: true }).fill('oak-hill');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('streaks-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

export async function signInChild(device: Device, classCode: string, name: string, pictures: readonly string[]): Promise<void> {
  const { page } = device;
  await page.goto('/sign-in/class');
  await page.getByLabel('Type your class code').fill(classCode);
  await page.getByRole('button', { name: 'Go' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  for (const picture of pictures) await page.getByRole('button', { name: new RegExp(`^${picture}$`, 'i') }).click();
  await expect(page.getByRole('heading', { name: `Hello, ${name}` })).toBeVisible();
}
