import type { Locator, Page } from '@playwright/test';
import postgres from 'postgres';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { Keys } from './keys.ts';
import { lookIntoAll, signInAdult, signInChild, unlock, unlockChild } from './people.ts';
import { appIsKept } from './worker.ts';

const anHour = 3_600_000;
const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1366, height: 768 },
} as const;

test('homework logged offline is marked offline, and both sides see it', async ({ openDevice, school }) => {
  // Three browsers and a whole day's work.
  test.slow();
  const startedAt = new Date();
  // The one scene in which things move; in all others less motion is asked for, and watched.
  const child = await openDevice({ viewport: sizes.tablet, hasTouch: true, clockErrorMs: anHour, moves: true });
  const teacher = await openDevice({ viewport: sizes.laptop, moves: true });
  const parent = await openDevice({ viewport: sizes.phone, hasTouch: true, moves: true });
  const work = `We counted conkers ${String(Date.now())}`;
  const secondWork = `${work} and acorns`;

  await test.step('each signs in once, with a network', async () => {
    await signInChild(child, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
    await signInAdult(teacher, 'teacher@oak-hill.example');
    await expect(teacher.page.getByRole('heading', { name: 'Marking' })).toBeVisible();
    await signInAdult(parent, 'parent@oak-hill.example');
    await expect(parent.page.getByRole('heading', { name: 'Maya' })).toBeVisible();
    await expect(parent.page.getByRole('heading', { name: 'Leo' })).toBeVisible();
    for (const device of [child, teacher, parent]) {
      await expect(device.page.getByText('All sent')).toBeVisible();
      await appIsKept(device.page);
    }
  });

  const pieces = mayasPieces(teacher.page);
  const english = pieces.filter({ hasText: 'English' });
  /** How many wait already follows from the day: the demo school's term goes up to today. */
  let before = 0;
  await test.step('the teacher looks at what Maya has handed in, newest first', async () => {
    await teacher.page.getByLabel('Find a child, task or club').fill('Maya');
    await teacher.page.getByLabel('Sort').selectOption('Newest first');
    await expect(pieces.first()).toHaveAttribute('aria-current', 'true');
    before = await english.count();
  });

  await test.step('the child logs two pieces without a network, in four taps each', async () => {
    await child.goOffline();
    for (const words of [work, secondWork]) {
      await child.page.goto('/clubs');
      await child.page.getByRole('link', { name: 'Log it' }).tap();
      await child.page.getByRole('link', { name: /English/ }).tap();
      await child.page.getByRole('link', { name: /Write/ }).tap();
      await child.page.getByLabel('My writing').fill(words);
      await child.page.getByRole('button', { name: 'Done' }).tap();
      await expect(child.page.getByText(/Safe on this/)).toBeVisible();
    }
  });

  await test.step('it survives a reload and a restart of the browser, both offline', async () => {
    await child.page.reload();
    await child.restart();
    await child.page.goto('/');
    await unlockChild(child, ['apple', 'fish', 'bell']);
    await expect(child.page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
    await child.page.goto('/homework');
    const kept = child.page.getByRole('group').filter({ hasText: 'On this device' });
    await expect(kept).toHaveCount(2);
    await lookIntoAll(child);
    for (const words of [work, secondWork]) await expect(kept.getByText(words, { exact: true })).toBeAttached();
  });

  await test.step('back in the wifi it is sent, and reaches the teacher by itself', async () => {
    await child.goOnline();
    await expect(child.page.getByText('All sent')).toBeVisible();
    await expect(child.page.getByRole('group').filter({ hasText: 'On this device' })).toHaveCount(0);
    await expect(english).toHaveCount(before + 2);
    // What has come in stands above what lay open, and has not pushed it off the desk.
    await expect(pieces.nth(2)).toHaveAttribute('aria-current', 'true');
    await openPiece(teacher.page, work);
    await openPiece(teacher.page, secondWork);
  });

  await test.step('the teacher marks both offline from the keyboard and flags one, with reloads between', async () => {
    await teacher.goOffline();
    await teacher.page.reload();
    // The address has brought back the search and the order, the device the pieces.
    await expect(teacher.page.getByLabel('Find a child, task or club')).toHaveValue('Maya');
    await expect(teacher.page.getByLabel('Sort')).toHaveValue('newest');
    await expect(english).toHaveCount(before + 2);
    await openPiece(teacher.page, secondWork);
    await teacher.page.keyboard.press('r');
    await teacher.page.keyboard.press('2');
    await openPiece(teacher.page, work);
    await teacher.page.keyboard.press('f');
    await teacher.page.getByLabel(/What worries you/).fill('It is not the conkers.');
    await teacher.page.getByRole('button', { name: 'Flag it' }).click();
    await expect(teacher.page.getByText('Flagged to the safeguarding lead.')).toBeVisible();
    await teacher.page.keyboard.press('g');
    await teacher.page.getByLabel('Teacher’s Spark').check();
    await expectAccessible(teacher.page, 'give a badge');
    await teacher.page.keyboard.press('Enter');
    await expect(teacher.page.getByText('For Maya: the badge “Teacher’s Spark”.')).toBeVisible();
    // What was begun of a piece waits there for whoever looks at another in between.
    const ownWords = teacher.page.getByLabel('Your own comment');
    await teacher.page.keyboard.press('w');
    await teacher.page.keyboard.type('A line of your own?');
    await teacher.page.keyboard.press('Escape');
    await teacher.page.keyboard.press('j');
    await expect(ownWords).toHaveValue('');
    await teacher.page.keyboard.press('k');
    await expect(ownWords).toHaveValue('A line of your own?');
    // The numbers are stickers' for as long as they are in sight; a second press takes the first off again.
    await teacher.page.keyboard.press('t');
    await expect(teacher.page.getByRole('button', { name: 'Owl', exact: true })).toBeFocused();
    await expectAccessible(teacher.page, 'the stickers');
    await teacher.page.keyboard.press('4');
    await expect(teacher.page.getByRole('button', { name: 'Sticker: Rainbow' })).toBeVisible();
    await teacher.page.keyboard.press('a');
    await expect(teacher.page.getByText('4 to send')).toBeVisible();
  });

  await test.step('and gives an older piece to the child whose it is, by keys alone', async () => {
    const left = await pieces.count();
    await pieces.nth(2).click();
    await teacher.page.keyboard.press('b');
    await expect(teacher.page.getByLabel('Find a child', { exact: true })).toBeFocused();
    await teacher.page.keyboard.type('aled');
    await expect(teacher.page.getByRole('dialog').getByText(/^Aled’s run/)).toBeVisible();
    await expectAccessible(teacher.page, 'belongs to');
    await teacher.page.keyboard.press('Enter');
    await expect(teacher.page.getByText(/: given to Aled/)).toBeVisible();
    await expect(pieces).toHaveCount(left - 1);
    await expect(teacher.page.getByText('5 to send')).toBeVisible();
    await teacher.restart();
    await teacher.page.goto('/');
    await unlock(teacher);
    await expect(teacher.page.getByText('5 to send')).toBeVisible();
  });

  await test.step('the child sees both marks and the run, the parent sees them too', async () => {
    await teacher.goOnline();
    await expect(teacher.page.getByText('All sent')).toBeVisible();
    // The answer to the flag is said once, quietly; how much news there is depends on what else the school does.
    await teacher.page.getByRole('button', { name: /^News: \d+ new/ }).click();
    await expect(teacher.page.getByText('The safeguarding lead can read it now.')).toBeVisible();
    await expectAccessible(teacher.page, 'the news');
    await teacher.page.keyboard.press('Escape');
    await expect(teacher.page.getByRole('button', { name: 'News', exact: true })).toBeVisible();
    await lookIntoAll(child);
    const approved = child.page.getByRole('group').filter({ hasText: 'Approved' });
    const again = child.page.getByRole('group').filter({ hasText: 'Try again' });
    await expect(approved.getByText(work, { exact: true })).toBeAttached();
    await expect(again.getByText(secondWork, { exact: true })).toBeAttached();
    await expect(again.getByText('Show each step')).toBeAttached();
    await expect(approved.filter({ hasText: work }).getByText('A sticker from Ms Okafor')).toBeAttached();
    await expect(again.getByText(/sticker/i)).toHaveCount(0);
    await child.page.goto('/badges');
    await expect(child.page.getByRole('listitem').filter({ hasText: 'Teacher’s Spark' })).toContainText('From Ms Okafor');

    const maya = parent.page.getByRole('article').filter({ has: parent.page.getByRole('heading', { name: 'Maya' }) });
    await expect(maya.getByText('Show each step')).toBeVisible();
    await expect(maya.getByText('Approved').first()).toBeVisible();
    await child.page.goto('/run');
    await expect(async () => {
      // Both count for themselves, each from what it has by now.
      const run = await child.page
        .getByRole('img', { name: /^My run: / })
        .getByText(/^\d+$/)
        .textContent();
      await expect(maya.getByText(run ?? '', { exact: true }).first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 45_000 });
  });

  await test.step('what a parent logs offline, with a note and a day off, reaches the teacher; the note never the child', async () => {
    const words = `${work}, with Mum`;
    const note = 'We cut up a pancake to see quarters.';
    await parent.goOffline();
    const keys = new Keys(parent.page);
    await keys.press(parent.page.getByRole('button', { name: 'Log with Maya' }));
    const sheet = parent.page.getByRole('dialog');
    await keys.choose(sheet.getByRole('radio', { name: 'English', exact: true }));
    await keys.choose(sheet.getByRole('radio', { name: 'Reading', exact: true }));
    await keys.write(sheet.getByLabel('What was done?'), words);
    // Closed by mistake, nothing that was typed is lost.
    await keys.escape(parent.page.getByRole('button', { name: 'Log with Maya' }));
    await expect(sheet).toBeHidden();
    await parent.page.keyboard.press('Enter');
    await expect(sheet.getByLabel('What was done?')).toHaveValue(words);
    await keys.press(sheet.getByRole('button', { name: 'Save' }));
    await keys.press(parent.page.getByRole('button', { name: 'Add a note', exact: true }));
    await keys.write(sheet.getByLabel('Note'), note);
    await keys.press(sheet.getByRole('button', { name: 'I helped' }));
    await keys.press(sheet.getByRole('button', { name: 'Save note' }));
    await keys.expectFocus();
    await expect(parent.page.getByText(`“${note}” · I helped`)).toBeVisible();
    await keys.press(parent.page.getByRole('button', { name: /^Days off.*Maya$/ }));
    const day = sheet.getByRole('button', { name: /^[A-Z][a-z]+ \d.*: (No leaf|Still to come)/ }).first();
    const name = await day.getAttribute('aria-label');
    await keys.press(day);
    await expect(sheet.getByRole('button', { name: `${name?.split(':')[0] ?? ''}: Not today`, pressed: true })).toBeVisible();
    await parent.page.keyboard.press('Escape');
    await expect(parent.page.getByText('3 to send')).toBeVisible();
    await parent.goOnline();
    await expect(parent.page.getByText('All sent')).toBeVisible();
    // Of a long queue, which depends on the day, only the beginning is drawn.
    await teacher.page.getByLabel('Find a child, task or club').fill('Maya');
    await openPiece(teacher.page, words);
    await expect(teacher.page.getByRole('article').getByText('Reading', { exact: true })).toBeVisible();
    await expect(teacher.page.getByText(`“${note}” · I helped`)).toBeVisible();
    // The child's own page has the note for the teacher; what is printed for the family, where another parent reads it, has not.
    await teacher.page.getByRole('link', { name: 'Class', exact: true }).click();
    await teacher.page.getByRole('link', { name: 'Maya Rahman' }).click();
    await teacher.page.getByLabel('Find homework or a note').fill(note);
    await expect(teacher.page.getByText(note)).toBeVisible();
    await expect(teacher.page.getByText(/^1 of \d+ pieces$/)).toBeVisible();
    await teacher.page.getByRole('button', { name: 'Report for the family' }).click();
    await expect(teacher.page.getByRole('heading', { name: 'What we want to say' })).toBeVisible();
    await expect(teacher.page.getByText(note)).toHaveCount(0);
    await child.page.goto('/homework');
    await expect(async () => {
      await lookIntoAll(child);
      await expect(child.page.getByText(words, { exact: true })).toBeAttached({ timeout: 500 });
    }).toPass({ timeout: 45_000 });
    await expect(child.page.getByText(note)).toHaveCount(0);
  });

  await test.step('every entry arrived once, under the child who wrote it', async () => {
    const sql = postgres(school.adminUrl, { max: 1 });
    try {
      const [row] = await sql<{ entries: number; students: number }[]>`
        select count(*)::int as entries, count(distinct student_id)::int as students from homework_completions
        where received_at > ${startedAt} and captured_at > now()`;
      expect(row).toEqual({ entries: 2, students: 1 });
      // S31: what was flagged offline has reached the one place where the safeguarding lead reads it.
      expect(await sql`select state from safeguarding_flags where created_at > ${startedAt}`).toEqual([{ state: 'open' }]);
      const moves = sql`select kind, state from commands where kind = 'move_completion' and created_at > ${startedAt}`;
      expect(await moves).toEqual([{ kind: 'move_completion', state: 'applied' }]);
    } finally {
      await sql.end();
    }
  });
});

/** Maya's pieces in the teacher's queue. */
function mayasPieces(page: Page): Locator {
  return page.getByRole('list').getByRole('button', { name: /^Maya / });
}

function onDesk(page: Page, words: string): Locator {
  return page.getByRole('article', { name: /Maya/ }).getByText(words, { exact: true });
}

/**
 * Opens one after the other until the one with these words lies on the desk, however late it comes; nothing is read before its
 * own row says that it is open.
 */
async function openPiece(page: Page, words: string): Promise<void> {
  await expect(async () => {
    for (const piece of await mayasPieces(page).all()) {
      await piece.click({ timeout: 1000 });
      await expect(piece).toHaveAttribute('aria-current', 'true', { timeout: 1000 });
      if (await onDesk(page, words).isVisible()) return;
    }
    throw new Error(`No piece says “${words}”`);
  }).toPass({ timeout: 45_000 });
}
