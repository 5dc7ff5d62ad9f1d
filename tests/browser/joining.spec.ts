import AxeBuilder from '@axe-core/playwright';
import * as v from 'valibot';
import { must } from '#domain/must.ts';
import { expectNothingFound, rules } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult } from './people.ts';
import { findInStores } from './raw-stores.ts';

const made = v.object({ letters: v.array(v.object({ code: v.string(), firstName: v.string() })) });

test('the office makes a letter, a parent joins with it on a phone and sees the child, and the letter is used', async ({ openDevice }) => {
  const device = await openDevice({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  const { page } = device;
  await signInAdult(device, 'admin@oak-hill.example');
  await page.getByRole('link', { name: 'Letters' }).click();
  await page.getByRole('button', { name: 'Children and parents' }).click();
  await page.getByLabel('Class').selectOption('1 Acorn');
  const child = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('checkbox') })
    .last();
  await child.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Make letters' }).click();
  await page.getByRole('button', { name: 'Make 1 letter' }).click();
  await expect(page.getByText('Say this first, please')).toBeVisible();
  await page.getByLabel('Yes', { exact: true }).check();
  await expectNothingFound(new AxeBuilder({ page }).withTags(rules), 'making a letter');
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/invitations'));
  await page.getByRole('button', { name: 'Make 1 letter' }).click();
  const { code, firstName } = must(v.parse(made, await (await answer).json()).letters[0], 'one letter was made');
  const parts = must(code.match(/.{4}/g), 'a code has three parts').join('-');
  await expect(page.getByText(parts)).toBeVisible();
  await expectNothingFound(new AxeBuilder({ page }).withTags(rules), 'the letter');
  // It is on the page, and nowhere else on the device.
  expect(await findInStores(page, [[...Buffer.from(code)]])).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(parts)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.getByRole('button', { name: 'Done: forget the codes' }).click();
  await expect(page.getByText(parts)).toHaveCount(0);
  await expect(child.getByText('1 letter is out')).toBeVisible();

  // Whoever is signed in here is no parent: the letter waits for one.
  await page.goto(`/join#${code}`);
  await expect(page.getByText('is signed in here')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await page.goto('/school');
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
  await expectNothingFound(new AxeBuilder({ page }).withTags(rules), 'joining');
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
