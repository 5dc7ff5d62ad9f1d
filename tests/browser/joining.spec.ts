import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import * as v from 'valibot';
import { must } from '#domain/must.ts';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { Keys } from './keys.ts';
import { signInAdult } from './people.ts';
import { findInStores } from './raw-stores.ts';

const made = v.object({ letters: v.array(v.object({ code: v.string(), firstName: v.string() })) });

test('the office makes a letter, a parent joins with it on a phone and sees the child, and the letter is used', async ({ openDevice }) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  const { page } = device;
  await signInAdult(device, 'admin@oak-hill.example');
  const keys = new Keys(page);
  await keys.press(page.getByRole('link', { name: 'Letters' }));
  await keys.press(page.getByRole('button', { name: 'Children and parents' }));
  await page.getByLabel('Class').selectOption('1 Acorn');
  const child = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox') })
    .last();
  await keys.press(child.getByRole('checkbox'), 'Space');
  // Who was chosen stays chosen when another is.
  const another = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox') })
    .first()
    .getByRole('checkbox');
  await another.check();
  await expect(page.getByText(/^2 of \d+ chosen$/)).toBeVisible();
  await another.uncheck();
  await expect(page.getByText(/^1 of \d+ chosen$/)).toBeVisible();
  await keys.press(page.getByRole('button', { name: 'Make letters' }));
  await expect(page.getByRole('dialog')).toBeVisible();
  await keys.escape(page.getByRole('button', { name: 'Make letters' }));
  await page.keyboard.press('Enter');
  await keys.press(page.getByRole('button', { name: 'Make 1 letter' }));
  await expect(page.getByText('Say this first, please')).toBeVisible();
  await keys.press(page.getByLabel('Yes', { exact: true }), 'Space');
  await expectAccessible(page, 'making a letter');
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/invitations'));
  await keys.press(page.getByRole('button', { name: 'Make 1 letter' }));
  const { code, firstName } = must(v.parse(made, await (await answer).json()).letters[0], 'one letter was made');
  const parts = must(code.match(/.{4}/g), 'a code has three parts').join('-');
  await expect(page.getByText(parts)).toBeVisible();
  await expectAccessible(page, 'the letter');
  // It is on the page, and nowhere else on the device.
  expect(await findInStores(page, [[...Buffer.from(code)]])).toEqual([]);
  // In the family's language: the same letter, with the same code.
  const languages = page.getByRole('group', { name: 'Language' });
  await keys.choose(languages.getByRole('radio', { name: 'Cymraeg' }));
  await expect(page.getByRole('heading', { name: `At riant neu ofalwr ${firstName}` })).toBeVisible();
  await expect(page.getByText(parts)).toBeVisible();
  await keys.choose(page.getByRole('group', { name: 'Iaith' }).getByRole('radio', { name: 'English' }));
  await expect(page.getByRole('heading', { name: `To a parent or carer of ${firstName}` })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(parts)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await page.emulateMedia({ media: null });
  await keys.press(page.getByRole('button', { name: 'Done: forget the codes' }));
  await expect(page.getByText(parts)).toHaveCount(0);
  await keys.expectFocus();
  await expect(child.getByText('1 letter is out')).toBeVisible();

  await endALink(page);
  await page.getByRole('button', { name: 'Letters', exact: true }).click();
  expect(await savedCsv(page)).toMatch(new RegExp(`^${firstName} [^,]+,1 Acorn,Open,`, 'm'));
  await makeChangeAndRetireABadge(page);

  // Whoever is signed in here is no parent: the letter waits for one.
  await page.goto(`/join#${code}`);
  await expect(page.getByText('is signed in here')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await page.goto('/school');
  // What waits for a teacher in a class is counted for the office, and no child is named.
  await expect(
    page
      .getByRole('region', { name: 'Wishes to delete' })
      .getByText(/^\d+ wish(es)? wait/)
      .first(),
  ).toBeVisible();
  await page.getByRole('button', { name: /Farrow/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'I have a letter with a code' }).click();
  await page.getByLabel('Code').fill('ABCD-2345-WXYZ');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('This code does not open.')).toBeVisible();
  await page.getByLabel('Code').fill(parts.toLowerCase());
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: `Join for ${firstName}` })).toBeVisible();
  await page.getByLabel(`Who are you to ${firstName}?`).selectOption('Father');
  await page.getByLabel('Your name').fill('Tom Ferris');
  await page.getByLabel('Email').fill('tom@family.example');
  await page.getByLabel('Choose a password').fill('tom ferris');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByText('It is too much like your name')).toBeVisible();
  await expectAccessible(page, 'joining');
  await page.getByLabel('Choose a password').fill('three wet otters');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page).toHaveURL('/today');
  await expect(page.getByRole('heading', { name: firstName, exact: true })).toBeVisible();

  // Another letter, which the demo school has made: the child is added to the account.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Add another child with a code' }).click();
  await page.getByLabel('Code').fill('maya wren 2345');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('Who are you to Maya?').selectOption('Carer');
  await page.getByRole('button', { name: 'Add Maya' }).click();
  await expect(page).toHaveURL('/today');
  await expect(page.getByRole('heading', { name: 'Maya', exact: true })).toBeVisible();

  // Once used it opens for nobody, whoever asks.
  await page.goto(`/join#${code}`);
  await expect(page.getByText('This code does not open.')).toBeVisible();
  // The browser reports what the server refuses.
  device.excuse(/status of 422/);
});

/** On the screen of families: one adult is no longer linked with one child, and every other link stands. */
async function endALink(page: Page): Promise<void> {
  // Not the family that others sign in as.
  const links = page
    .getByRole('listitem')
    .filter({ hasNotText: 'Rahman' })
    .getByRole('button', { name: /^End the link of / });
  const before = await links.count();
  const label = must(await links.last().getAttribute('aria-label'), 'the button says whose link');
  await links.last().click();
  await page
    .getByRole('dialog', { name: `${label}?` })
    .getByRole('button', { name: 'End link' })
    .click();
  await expect(page.getByText(/ is not linked with .* any more\.$/)).toBeVisible();
  await expect(page.getByRole('button', { name: label, exact: true })).toHaveCount(0);
  await expect(links).toHaveCount(before - 1);
}

async function savedCsv(page: Page): Promise<string> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  return readFile(await (await saved).path(), 'utf8');
}

async function makeChangeAndRetireABadge(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Badges' }).click();
  await page.getByRole('button', { name: 'New badge' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Make the badge' }).click();
  await expect(sheet.getByText('Give the badge a name.')).toBeVisible();
  await sheet.getByLabel('Name', { exact: true }).fill('Curious Fox');
  await sheet.getByLabel('What it is given for', { exact: true }).fill('You asked a very good question.');
  await sheet.getByRole('radio', { name: 'Sun' }).check({ force: true });
  await sheet.getByRole('button', { name: 'Make the badge' }).click();
  await expect(page.getByText('Teachers can give “Curious Fox” now.')).toBeVisible();

  await page.getByRole('button', { name: /^Curious Fox/ }).click();
  await expect(sheet.getByRole('radio', { name: 'Sun' })).toBeChecked();
  await sheet.getByLabel('Name', { exact: true }).fill('Curious Owl');
  await sheet.getByRole('button', { name: 'Save the change' }).click();
  await expect(page.getByText('“Curious Owl” is changed.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Curious Fox/ })).toHaveCount(0);

  await page.getByRole('button', { name: /^Curious Owl/ }).click();
  await sheet.getByRole('button', { name: 'Take it out of use' }).click();
  await expect(page.getByText('“Curious Owl” is out of use. Whoever has it keeps it.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Curious Owl/ })).toHaveCount(0);
}
