import type { Page } from '@playwright/test';
import type { Device } from './device.ts';
import { expect } from './fixtures.ts';
import { appIsKept } from './worker.ts';

/** The demo people that tests sign in as, the way a person does. */
export async function signInAdult(device: Device, email: string): Promise<void> {
  await device.page.goto('/sign-in');
  await fillSignIn(device, email);
}

/** On the screen where adults sign in. */
export async function fillSignIn({ page }: Device, email: string): Promise<void> {
  await page.getByLabel('School', { exact: true }).fill('oak-hill');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('streaks-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await isReady(page);
}

/** All that this person needs without a network is on the device. */
async function isReady(page: Page): Promise<void> {
  // A page that is loaded anew gets the person's key from the worker: before that is there it would ask for it.
  await appIsKept(page);
  await expect(page.getByText(/^(Fetching|Getting your work)$/)).toHaveCount(0);
}

/** Opens what lies shut on the device, with or without a network. */
export async function unlock({ page }: Device, secret = 'streaks-demo'): Promise<void> {
  await expect(page.getByRole('heading', { name: /Hello again/ })).toBeVisible();
  await page.getByLabel(/[Pp]assword/).fill(secret);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

export async function unlockChild({ page }: Device, pictures: readonly string[]): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Tap your 3 pictures' })).toBeVisible();
  await tapPictures(page, pictures);
}

export async function tapPictures(page: Page, pictures: readonly string[]): Promise<void> {
  for (const picture of pictures) await page.getByRole('button', { name: new RegExp(`^${picture}$`, 'i') }).click();
}

/** As a child who looks into each piece of their homework. */
export async function lookIntoAll({ page }: Device): Promise<void> {
  await expect(page.getByRole('group').first()).toBeVisible();
  await page.locator('details:not([open]) > summary').evaluateAll((summaries) => {
    for (const summary of summaries) if (summary instanceof HTMLElement) summary.click();
  });
}

export async function signInChild(device: Device, classCode: string, name: string, pictures: readonly string[]): Promise<void> {
  const { page } = device;
  await page.goto('/sign-in/class');
  await page.getByLabel('Type your class code').fill(classCode);
  await page.getByRole('button', { name: 'Go' }).click();
  await page.getByRole('button', { name, exact: true }).click();
  await tapPictures(page, pictures);
  await expect(page.getByRole('heading', { name: `Hello, ${name}` })).toBeVisible();
  await isReady(page);
}
