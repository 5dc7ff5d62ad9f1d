import type { Locator, Page } from '@playwright/test';
import { settle } from './accessibility.ts';
import type { Device } from './device.ts';
import { expect, test } from './fixtures.ts';
import { lookAtOpened, type Opening } from './opened.ts';
import { signInAdult, signInChild } from './people.ts';
import { lookAt, sizes } from './sweep.ts';

/** Every screen as every role at every size, in every theme, and what opens on it: nothing to complain of. */
interface Visit {
  readonly who: string;
  readonly signIn: (device: Device) => Promise<void>;
  /** Each path with something that is there when the screen shows what the device holds, and what opens there. */
  readonly screens: readonly (readonly [path: string, whole: (page: Page) => Locator, opens?: readonly Opening[]])[];
}

const childScreens: Visit['screens'] = [
  [
    '/clubs',
    (page) => page.getByRole('link', { name: 'Log it' }),
    [
      ['me', ['sheet', /my colours/]],
      ['who-sees', ['sheet', 'Who can see this']],
      ['who-sees-news', ['sheet', /my colours/], ['sheet', 'Who can see this']],
      ['sync', ['sheet', /^On this device/]],
      ['help', ['sheet', 'Help']],
      ['ask', ['sheet', 'Help'], ['button', /^I want to ask/]],
      ['worry', ['sheet', 'Help'], ['button', 'I am worried']],
      ['worry-words', ['sheet', 'Help'], ['button', 'I am worried'], ['button', 'Something online']],
      ['delete', ['sheet', 'Help'], ['button', 'Please delete this']],
    ],
  ],
  [
    '/log',
    (page) => page.getByRole('heading', { name: 'Which club?' }),
    [
      ['day', ['sheet', 'Change']],
      ['way', ['link', 'English']],
      ['written', ['link', 'English'], ['link', /^Write/]],
      ['photo', ['link', 'English'], ['link', /photo/i]],
      ['audio', ['link', 'English'], ['link', /^(Say|Talk|Record|Tell)/]],
      ['show', ['link', 'English'], ['link', /^Show/]],
    ],
  ],
  [
    '/homework',
    (page) => page.getByRole('group'),
    [
      ['piece', ['unfold', /Approved/]],
      ['delete', ['unfold', /Approved/], ['sheet', 'Help'], ['button', 'Please delete this']],
    ],
  ],
  [
    '/run',
    (page) => page.getByText(/^\d+$/),
    [
      ['why', ['sheet', 'Why these days?']],
      ['day', ['button', /: Done$/]],
    ],
  ],
  ['/badges', (page) => page.getByRole('heading', { name: 'First Step' })],
];

const forInfants = ['me', 'ask', 'worry-words', 'way', 'written', 'piece'];

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
      ['/garden', (page) => page.getByRole('heading', { name: 'Hall of Effort' }), [['who-sees', ['sheet', 'Who can see this']]]],
      [
        '/buddies',
        (page) => page.getByRole('button', { name: 'Well done!' }),
        [
          ['cheer', ['button', 'Well done!']],
          ['leave', ['sheet', 'Leave the group']],
        ],
      ],
    ],
  },
  {
    who: 'infant',
    signIn: (device) => signInChild(device, 'ACORN1', 'Leo', ['boat', 'umbrella', 'house']),
    // Larger, and with few words: of what opens, that which differs most.
    screens: childScreens.map(([path, whole, opens = []]) => [path, whole, opens.filter(([name]) => forInfants.includes(name))]),
  },
  {
    who: 'teacher',
    signIn: (device) => signInAdult(device, 'teacher@oak-hill.example'),
    screens: [
      [
        '/marking',
        (page) => page.getByRole('article'),
        [
          ['menu', ['menu', /^Signed in/]],
          ['pin', ['menu', /^Signed in/], ['button', 'Choose a PIN']],
          ['news', ['sheet', /^News/]],
          ['sync', ['sheet', /^On this device/]],
          ['keys', ['key', '?']],
          ['set-aside', ['sheet', 'Set aside']],
          ['badge', ['sheet', 'Give a badge']],
          ['belongs-to', ['sheet', /^Belongs to/]],
          ['flag', ['sheet', /^Flag to/]],
          ['stickers', ['unfold', 'Sticker']],
          ['again', ['button', 'Try again']],
        ],
      ],
      ['/marking/grid', (page) => page.getByRole('button', { name: /^Approve/ })],
      ['/marking/asked', (page) => page.getByRole('article')],
      [
        '/class',
        (page) => page.getByText('Maya Rahman'),
        [
          ['garden', ['unfold', 'More'], ['sheet', 'Class garden']],
          ['synced', ['unfold', 'More'], ['sheet', 'Who has synced']],
          ['tablets', ['unfold', 'More'], ['sheet', 'Class tablets']],
          ['days-off', ['unfold', 'More'], ['sheet', 'Days off']],
          ['child', ['sheet', 'A quick look at Maya']],
          ['level', ['sheet', 'A quick look at Maya'], ['instead', /^Place/]],
        ],
      ],
      ['/class?paper', (page) => page.getByRole('heading', { name: 'Log homework on paper' })],
      ['/class/child', (page) => page.getByRole('heading', { name: 'Levels' }), [['report', ['button', 'Report for the family']]]],
      ['/class/progress', (page) => page.locator('.lc-bar'), [['figures', ['unfold', 'Show the figures']]]],
      [
        '/class/buddies',
        (page) => page.getByRole('heading', { name: 'Latest cheers' }),
        [
          ['propose', ['sheet', 'Propose groups']],
          ['form', ['sheet', 'Form a group']],
          ['rename', ['sheet', 'Rename']],
          ['end', ['sheet', 'End the group']],
        ],
      ],
      ['/class/cards', (page) => page.getByRole('checkbox')],
      ['/concerns', (page) => page.getByRole('heading', { level: 1 })],
      [
        '/tasks',
        (page) => page.getByRole('button', { name: 'Set homework' }),
        [
          ['task', ['sheet', /^Shadows/]],
          ['change', ['sheet', /^Shadows/], ['instead', 'Change']],
          ['take-back', ['sheet', /^Shadows/], ['instead', 'Take back']],
        ],
      ],
      ['/tasks/paper', (page) => page.getByRole('heading', { name: 'Homework on paper' })],
      ['/tasks?new', (page) => page.getByLabel('Title')],
    ],
  },
  {
    who: 'parent',
    signIn: (device) => signInAdult(device, 'parent@oak-hill.example'),
    screens: [
      [
        '/today',
        (page) => page.getByRole('heading', { name: 'Maya' }),
        [
          ['menu', ['menu', /^Signed in/]],
          ['news', ['sheet', /^News/]],
          ['sync', ['sheet', /^On this device/]],
          ['log', ['sheet', 'Log with Leo']],
          ['again', ['sheet', /^Have a go/]],
          ['change', ['sheet', /^Change/]],
          ['note', ['sheet', /^Add a note/]],
          ['days-off', ['sheet', /^Days off/]],
        ],
      ],
      ['/child', (page) => page.getByRole('heading', { name: 'Weeks' })],
      ['/consents', (page) => page.getByRole('button', { name: 'Yes, photos' }), [['before', ['unfold', 'What you said before']]]],
      ['/settings', (page) => page.getByText('It goes to parent@oak-hill.example.'), [['password', ['sheet', 'Change it']]]],
    ],
  },
  {
    who: 'admin',
    signIn: (device) => signInAdult(device, 'admin@oak-hill.example'),
    screens: [
      ['/school', (page) => page.getByRole('heading', { name: /Classes/ })],
      [
        '/school/badges?show=all',
        (page) => page.getByRole('button', { name: /^Good Friend/ }),
        [
          ['new', ['sheet', 'New badge']],
          ['change', ['sheet', /^Good Friend/]],
          ['built-in', ['sheet', /^Teacher’s Spark/]],
        ],
      ],
      ['/school/settings', (page) => page.getByRole('heading', { name: 'Buddy groups' })],
      ['/school/invitations', (page) => page.getByRole('checkbox'), [['end', ['checkbox', /^Choose the letter for/], ['sheet', /^End/]]]],
      [
        '/school/invitations?tab=families',
        (page) => page.getByText(/Parental responsibility/),
        [
          ['end-link', ['sheet', /^End the link/]],
          ['letters', ['checkbox', /^A/], ['sheet', 'Make letters']],
        ],
      ],
    ],
  },
  {
    who: 'lead',
    signIn: (device) => signInAdult(device, 'safeguarding@oak-hill.example'),
    screens: [
      ['/school/concerns?state=handled', (page) => page.getByRole('article')],
      ['/school/concerns', (page) => page.getByRole('article'), [['close', ['button', 'Close it']]]],
    ],
  },
];

// What opens depends on what is there: children without a buddy group, for one.
test.use({ schoolsOf: 'the screens' });

// Each on a device of its own; together they take longer than all other files.
test.describe.configure({ mode: 'parallel' });

for (const { who, signIn, screens } of visits) {
  test(`the screens of: ${who}`, async ({ openDevice }) => {
    test.setTimeout(900_000);
    const device = await openDevice({ viewport: sizes.phone, colorScheme: 'light' });
    await signIn(device);
    const { page } = device;
    if (who === 'nobody') await page.goto('/install');
    else await expect(page.getByText('All sent')).toBeVisible();
    for (const [path, whole, opens = []] of screens) {
      const show = async () => {
        await follow(page, path);
        await expect(whole(page).first()).toBeVisible();
      };
      await show();
      const screen = `${who}${path.replaceAll(/[/?]/g, '-')}`;
      await lookAt(page, screen);
      for (const [name, ...presses] of opens) {
        await lookAtOpened(page, `${screen}-${name}`, presses);
        if (!page.url().endsWith(path)) await show();
      }
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
