import type { Page } from '@playwright/test';
import { demo } from '../sync/dataset.ts';

const pictureNames = ['apple', 'fish', 'bell'];

/** Where children and adults sign in. */
export const doors = { child: '/sign-in/class', adult: '/sign-in' };

export async function signInChild(page: Page): Promise<void> {
  await page.goto(doors.child);
  await enterAsChild(page);
}

export async function signInAdult(page: Page, email: string): Promise<void> {
  await page.goto(doors.adult);
  await enterAsAdult(page, email);
}

/** At the door. */
export async function enterAsChild(page: Page): Promise<void> {
  await page.getByLabel('Type your class code').fill(demo.classCode);
  await page.getByRole('button', { name: 'Go' }).click();
  await page.getByRole('button', { name: 'Maya', exact: true }).click();
  for (const name of pictureNames) await page.getByRole('button', { name: new RegExp(`^${name}$`, 'i') }).click();
  await page.getByRole('heading', { name: 'Hello, Maya' }).waitFor();
}

/** At the door. */
export async function enterAsAdult(page: Page, email: string): Promise<void> {
  await page.getByLabel('School', { exact: true }).fill(demo.school);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Each thing that a person presses, by its name in the report; in their order, each from where the one before has led. */
export type Presses = readonly (readonly [name: string, act: (page: Page) => Promise<unknown>])[];

/** Another place in the navigation. */
const goTo = (path: string) => (page: Page) => page.getByRole('navigation').locator(`a[href="${path}"]`).click();

export const childPresses: Presses = [
  ['child: open “My work”', goTo('/homework')],
  ['child: show more work', (page) => page.getByRole('button', { name: 'Show more' }).click()],
  ['child: open “My run”', goTo('/run')],
  ['child: open the badges', goTo('/badges')],
  ['child: back to the clubs', goTo('/clubs')],
  ['child: log it', (page) => page.getByRole('link', { name: 'Log it' }).click()],
];

export const teacherPresses: Presses = [
  ['teacher: next piece', (page) => page.keyboard.press('j')],
  ['teacher: approve and next', (page) => page.keyboard.press('a')],
  ['teacher: approve the next too', (page) => page.keyboard.press('a')],
  ['teacher: undo', (page) => page.keyboard.press('u')],
  [
    'teacher: find, a letter',
    async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.press('m');
    },
  ],
];
