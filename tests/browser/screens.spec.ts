import type { Locator, Page } from '@playwright/test';
import { settle } from './accessibility.ts';
import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';
import { lookAt, sizes } from './sweep.ts';

/** Every screen as every role at every size, in every theme: nothing to complain of. */
interface Visit {
  readonly who: string;
  readonly signIn: (device: Device) => Promise<void>;
  /** Each path with something that is there when the screen shows what the device holds. */
  readonly screens: readonly (readonly [path: string, whole: (page: Page) => Locator])[];
}

const childScreens: Visit['screens'] = [
  ['/clubs', (page) => page.getByRole('link', { name: 'Log it' })],
  ['/log', (page) => page.getByRole('heading', { name: 'Which club?' })],
  ['/homework', (page) => page.getByRole('group')],
  ['/run', (page) => page.getByText(/^\d+$/)],
  ['/badges', (page) => page.getByRole('heading', { name: 'First Step' })],
];

const visits: readonly Visit[] = [
  {
    who: 'nobody',
    signIn: () => Promise.resolve(),
    screens: [
      ['/sign-in', (page) => page.getByLabel('Email')],
      ['/sign-in/class', (page) => page.getByLabel('Type your class code')],
      ['/sign-in/card', (page) => page.getByRole('heading', { level: 1 })],
      ['/join', (page) => page.getByLabel('Code')],
      ['/install', (page) => page.getByRole('heading', { name: 'Install StudyStreaks' })],
      ['/stop-mail', (page) => page.getByRole('heading', { name: 'This link is not complete' })],
      ['/nowhere', (page) => page.getByRole('heading', { name: 'There is nothing here' })],
    ],
  },
  {
    who: 'child',
    signIn: (device) => signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']),
    screens: [
      ...childScreens,
      ['/garden', (page) => page.getByRole('heading', { name: 'Hall of Effort' })],
      ['/buddies', (page) => page.getByRole('button', { name: 'Well done!' })],
    ],
  },
  { who: 'infant', signIn: (device) => signInChild(device, 'ACORN1', 'Leo', ['boat', 'umbrella', 'house']), screens: childScreens },
  {
    who: 'teacher',
    signIn: (device) => signInAdult(device, 'teacher@oak-hill.example'),
    screens: [
      ['/marking', (page) => page.getByRole('article')],
      ['/marking/grid', (page) => page.getByRole('button', { name: /^Approve/ })],
      ['/marking/asked', (page) => page.getByRole('article')],
      ['/class', (page) => page.getByText('Maya Rahman')],
      ['/class?paper', (page) => page.getByRole('heading', { name: 'Log homework on paper' })],
      ['/class/child', (page) => page.getByRole('heading', { name: 'Levels' })],
      ['/class/progress', (page) => page.locator('.lc-bar')],
      ['/class/buddies', (page) => page.getByRole('heading', { name: 'Latest cheers' })],
      ['/class/cards', (page) => page.getByRole('checkbox')],
      ['/concerns', (page) => page.getByRole('heading', { level: 1 })],
      ['/tasks', (page) => page.getByRole('button', { name: 'Set homework' })],
      ['/tasks/paper', (page) => page.getByRole('heading', { name: 'Homework on paper' })],
      ['/tasks?new', (page) => page.getByLabel('Title')],
    ],
  },
  {
    who: 'parent',
    signIn: (device) => signInAdult(device, 'parent@oak-hill.example'),
    screens: [
      ['/today', (page) => page.getByRole('heading', { name: 'Maya' })],
      ['/child', (page) => page.getByRole('heading', { name: 'Weeks' })],
      ['/consents', (page) => page.getByRole('button', { name: 'Yes, photos' })],
      ['/settings', (page) => page.getByText('It goes to parent@oak-hill.example.')],
    ],
  },
  {
    who: 'admin',
    signIn: (device) => signInAdult(device, 'admin@oak-hill.example'),
    screens: [
      ['/school', (page) => page.getByRole('heading', { name: /Classes/ })],
      ['/school/badges?show=all', (page) => page.getByRole('button', { name: /^Good Friend/ })],
      ['/school/settings', (page) => page.getByRole('heading', { name: 'Buddy groups' })],
      ['/school/invitations?tab=families', (page) => page.getByText(/Parental responsibility/)],
    ],
  },
  {
    who: 'lead',
    signIn: (device) => signInAdult(device, 'safeguarding@oak-hill.example'),
    screens: [['/school/concerns?state=handled', (page) => page.getByRole('article')]],
  },
];

// Each on a device of its own; together they take longer than all other files.
test.describe.configure({ mode: 'parallel' });

for (const { who, signIn, screens } of visits) {
  test(`the screens of: ${who}`, async ({ openDevice }) => {
    test.setTimeout(480_000);
    const device = await openDevice({ viewport: sizes.phone, colorScheme: 'light' });
    await signIn(device);
    const { page } = device;
    if (who === 'nobody') await page.goto('/install');
    else await expect(page.getByText('All sent')).toBeVisible();
    for (const [path, whole] of screens) {
      await follow(page, path);
      await expect(whole(page).first()).toBeVisible();
      await lookAt(page, `${who}${path.replaceAll(/[/?]/g, '-')}`);
    }
    // Whoever has chosen no theme has the device's, from one moment to the next.
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });
}

/** As by a link, without loading the app anew. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => {
    const link = document.createElement('a');
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await page.waitForURL((url) => url.pathname + url.search === path);
  await settle(page);
}

test('the class opens on this week, on a phone too', async ({ openDevice }) => {
  const device = await openDevice({ viewport: sizes.phone });
  await signInAdult(device, 'teacher@oak-hill.example');
  await device.page.goto('/class');
  await expect(device.page.locator('th.now')).toBeInViewport();
});
