import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { expect, test } from './fixtures.ts';
import { Keys } from './keys.ts';
import { signInAdult, signInChild } from './people.ts';

test('a teacher sets homework offline in five clicks, approves a class in one press and thirty pieces by keys, and all of it arrives', async ({
  openDevice,
  school,
}) => {
  const startedAt = new Date();
  const teacher = await openDevice({ viewport: { width: 1366, height: 768 } });
  const child = await openDevice({ viewport: { width: 390, height: 844 } });
  const title = `Conkers ${String(Date.now())}`;
  const byKeys = `Acorns ${String(Date.now())}`;
  await signInAdult(teacher, 'teacher@oak-hill.example');
  await signInChild(child, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  await expect(teacher.page.getByText('All sent')).toBeVisible();

  await test.step('set', async () => {
    const { page } = teacher;
    await teacher.goOffline();
    const clicks = countClicks(page);
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByRole('button', { name: 'Set homework' }).click();
    await expect(page.getByLabel('Title')).toBeFocused();
    await page.keyboard.type(title);
    await page.getByText('English', { exact: true }).last().click();
    await page.getByRole('button', { name: 'Set it' }).click();
    await expect(page.getByRole('row', { name: title })).toBeVisible();
    expect(await clicks()).toBeLessThanOrEqual(5);
    await expect(page.getByText('1 to send')).toBeVisible();
    // Another without a pointer.
    const keys = new Keys(page);
    await keys.press(page.getByRole('button', { name: 'Set homework' }));
    await expect(page.getByLabel('Title')).toBeFocused();
    await keys.escape(page.getByRole('button', { name: 'Set homework' }));
    await page.keyboard.press('Enter');
    await keys.write(page.getByLabel('Title'), byKeys);
    await keys.choose(page.getByRole('radio', { name: 'Maths', exact: true }));
    await keys.press(page.getByRole('button', { name: 'Set it' }));
    await expect(page.getByRole('row', { name: byKeys })).toBeVisible();
    await expect(page.getByText('2 to send')).toBeVisible();
    await keys.expectFocus();
    // On paper too, for whoever has no device: still without a network.
    await keys.press(page.getByRole('row', { name: title }).getByRole('button'));
    await expect(page.getByRole('dialog')).toBeVisible();
    await keys.escape(page.getByRole('row', { name: title }).getByRole('button'));
    await page.keyboard.press('Enter');
    await keys.press(page.getByRole('dialog').getByRole('link', { name: 'On paper' }));
    await expect(page.getByRole('region', { name: 'Page 1 of 1' }).getByRole('heading', { name: title })).toBeVisible();
    // A day off for several at once.
    await keys.press(page.getByRole('link', { name: 'Class', exact: true }));
    await keys.press(page.getByRole('button', { name: 'Days off' }));
    await keys.press(page.getByRole('button', { name: 'Choose none' }));
    for (const name of ['Abdi Demir', 'Archie Keane']) await keys.press(page.getByRole('checkbox', { name }), 'Space');
    await keys.press(page.getByRole('button', { name: 'Excuse 2 children' }));
    await expect(page.getByText('2 children excused.')).toBeVisible();
    await expect(page.getByText('4 to send')).toBeVisible();
    await keys.expectFocus();
  });

  await test.step('arrives', async () => {
    await teacher.goOnline();
    await expect(teacher.page.getByText('All sent')).toBeVisible();
    await child.page.goto('/log');
    const more = child.page.getByRole('button', { name: /more/ });
    await expect(child.page.getByText(title).or(more).first()).toBeVisible();
    if (!(await child.page.getByText(title).isVisible())) await more.click();
    await child.page.getByText(title).click();
  });

  await test.step('done, it is approved with the others of its task in one press, offline, and arrives', async () => {
    await child.page.getByRole('link', { name: /Show/ }).click();
    await child.page.getByRole('button', { name: 'Done' }).click();
    await expect(child.page.getByRole('heading', { name: 'Well done!' })).toBeVisible();
    const { page } = teacher;
    await page.getByRole('link', { name: /^Marking/ }).click();
    await page.getByRole('link', { name: 'All together' }).click();
    await page.getByRole('combobox', { name: 'Task', exact: true }).selectOption(`${title} · 1 waiting`);
    await teacher.goOffline();
    await page.getByRole('button', { name: 'Choose all' }).click();
    await page.keyboard.press('a');
    await expect(page.getByText('1 piece approved.')).toBeVisible();
    await page.keyboard.press('u');
    await expect(page.getByText('Undone.')).toBeVisible();
    await page.getByRole('button', { name: 'Approve 1' }).click();
    await expect(page.getByText('3 to send')).toBeVisible();
  });

  await test.step('thirty more are marked offline from the keyboard, in under three minutes', async () => {
    const { page } = teacher;
    await page.getByRole('link', { name: 'One by one' }).click();
    await expect(page.getByRole('article')).toBeVisible();
    const begunAt = performance.now();
    // Approve, approve with a comment of the bank, ask to try again with one.
    for (let round = 0; round < 10; round++) for (const key of ['a', '2', 'a', 'r', '3']) await page.keyboard.press(key);
    await expect(page.getByText('33 to send')).toBeVisible();
    expect(performance.now() - begunAt).toBeLessThan(180_000);
  });

  await test.step('all of it arrives, each mark once', async () => {
    await teacher.goOnline();
    await expect(teacher.page.getByText('All sent')).toBeVisible();
    const sql = postgres(school.adminUrl, { max: 1 });
    try {
      const marks = await sql<{ verdict: string; marks: number; pieces: number }[]>`
        select verdict, count(*)::int as marks, count(distinct completion_id)::int as pieces from completion_reviews
        where reviewed_at > ${startedAt} group by verdict order by verdict`;
      expect(marks).toEqual([
        { verdict: 'approved', marks: 22, pieces: 21 },
        { verdict: 'restored', marks: 1, pieces: 1 },
        { verdict: 'returned', marks: 10, pieces: 10 },
      ]);
    } finally {
      await sql.end();
    }
    await child.page.goto('/homework');
    await expect(child.page.getByRole('group').filter({ hasText: title }).getByText('Approved')).toBeVisible();
  });
});

/** Counts presses of the mouse in the page from now on. */
function countClicks(page: Page): () => Promise<number> {
  const begun = page.evaluate(() => {
    addEventListener(
      'pointerdown',
      () => document.documentElement.setAttribute('data-clicks', String(Number(document.documentElement.getAttribute('data-clicks')) + 1)),
      true,
    );
  });
  return async () => {
    await begun;
    return page.evaluate(() => Number(document.documentElement.getAttribute('data-clicks')));
  };
}
