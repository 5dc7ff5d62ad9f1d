import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expectNothingFound, rules, settle } from './accessibility.ts';
import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';

/** Every screen as every role at every size, in every theme: pictures under .data/screenshots, and nothing to complain of. */
const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 820, height: 1180 },
  { name: 'laptop', width: 1366, height: 768 },
] as const;
const narrowest = { width: 320, height: 640 };

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
    const device = await openDevice({ viewport: sizes[0], colorScheme: 'light', reducedMotion: 'reduce' });
    await signIn(device);
    const { page } = device;
    if (who !== 'nobody') await expect(page.getByText('All sent')).toBeVisible();
    for (const [path, whole] of screens) {
      await page.goto(path);
      await expect(whole(page).first()).toBeVisible();
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme: 'light' });
        await settle(page);
        const name = `${who}${path.replaceAll(/[/?]/g, '-')}-${size.name}`;
        expect(await sidewaysScroll(page), `${name} scrolls sideways`).toBe(0);
        await page.screenshot({ path: `.data/screenshots/${name}-light.png` });
        // Layouts change between phone and laptop; the tablet has nothing that neither of them has, and colours are the same on both.
        if (size.name === 'phone') {
          // Whole, so that nothing is looked at while half of it is under the navigation.
          await page.setViewportSize({ ...size, height: await wholeHeight(page) });
          await settle(page);
          await expectNothingFound(new AxeBuilder({ page }).withTags(rules), name);
          await page.setViewportSize(size);
        }
        if (size.name === 'laptop') await expectNothingFound(new AxeBuilder({ page }).withTags(rules).disableRules('color-contrast'), name);
        await page.emulateMedia({ colorScheme: 'dark' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
        await settle(page);
        await page.screenshot({ path: `.data/screenshots/${name}-dark.png` });
        if (size.name === 'phone') await expectReadable(page, `${name} dark`);
      }
      for (const theme of ['cream', 'contrast']) {
        await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
        await expectReadable(page, `${who} ${path} ${theme}`);
      }
      await page.setViewportSize(narrowest);
      await settle(page);
      expect(await sidewaysScroll(page), `${who} ${path} scrolls sideways at 320 px`).toBe(0);
      await page.setViewportSize(sizes[0]);
    }
  });
}

test('the class opens on this week, on a phone too', async ({ openDevice }) => {
  const device = await openDevice({ viewport: sizes[0] });
  await signInAdult(device, 'teacher@oak-hill.example');
  await device.page.goto('/class');
  await expect(device.page.locator('th.now')).toBeInViewport();
});

/** A theme changes colours and nothing else. The rows of a long table are alike, and its legend has every kind of cell. */
function expectReadable(page: Page, name: string): Promise<void> {
  return expectNothingFound(new AxeBuilder({ page }).withRules(['color-contrast']).exclude('tbody tr:nth-child(n + 13)'), name);
}

/** Pixels of all that the page scrolls through. */
function wholeHeight(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollHeight);
}

/** Pixels by which the page is wider than its window. */
function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}
