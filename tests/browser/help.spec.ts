import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { lookIntoAll, signInAdult, signInChild } from './people.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

test('S31: a child asks, tells of a worry and wants writing deleted, all offline; its teacher sees the first and the last, and answers', async ({
  openDevice,
}) => {
  const device = await openDevice(phone);
  const desk = await openDevice({ viewport: { width: 1366, height: 768 } });
  await signInChild(device, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
  const { page } = device;
  await expect(page.getByText('All sent')).toBeVisible();
  const sheet = page.getByRole('dialog');
  const press = (name: string | RegExp) => sheet.getByRole('button', { name }).first().tap();
  const help = () => page.getByRole('button', { name: 'Help', exact: true }).first().tap();

  await test.step('the child asks without a network', async () => {
    await device.goOffline();
    await help();
    await press('I want to ask my teacher');
    await press('Please talk to me');
    await expect(sheet.getByText('Your teacher sees it when there is wifi.')).toBeVisible();
    await press('OK');
    await help();
    await press('I am worried');
    await press('Something at home');
    await expect(sheet.getByText('Only a grown-up at school who keeps children safe will see it.')).toBeVisible();
    await expect(sheet.getByRole('link', { name: /0800 1111/ })).toBeVisible();
    await expectAccessible(page, 'telling of a worry');
    await sheet.getByLabel(/You can write about it/).fill('It is loud at night.');
    await press('Send');
    await expect(sheet.getByText('It goes to a grown-up who helps when there is wifi.')).toBeVisible();
    await press('OK');
    await help();
    await press('Please delete this');
    // Other tests may have logged more for the same child since.
    const more = sheet.getByRole('button', { name: 'Show more' });
    await expect(sheet.getByRole('listitem').first()).toBeVisible();
    while (
      !(await sheet
        .getByRole('button', { name: /^Spellings/ })
        .first()
        .isVisible())
    )
      await more.tap();
    await press(/^Spellings/);
    await expect(sheet.getByText('Ms Okafor will look and tell you.')).toBeVisible();
    await press('Yes, please');
    await press('OK');
    // Whoever looks over its shoulder is not told of a worry.
    await page.getByRole('button', { name: /3 to send/ }).tap();
    await expect(sheet.getByText('A message to school')).toHaveCount(3);
    await expect(sheet.getByText(/worr|home|night/i)).toHaveCount(0);
    await press('Close');
    await device.goOnline();
    await expect(page.getByText('All sent')).toBeVisible();
  });

  await test.step('its teacher sees what it asked, and nothing of the worry', async () => {
    await signInAdult(desk, 'teacher@oak-hill.example');
    await desk.page.getByRole('link', { name: /^Asked/ }).click();
    const asked = desk.page.getByRole('article').filter({ hasText: 'Maya Rahman' });
    await expect(asked).toHaveCount(2);
    await expect(desk.page.getByText(/worr|loud at night/i)).toHaveCount(0);
    await expectAccessible(desk.page, 'what children ask');
    await asked.filter({ hasText: 'would like to talk' }).getByRole('button', { name: 'We have talked' }).click();
    await expect(asked).toHaveCount(1);
    await asked.getByRole('button', { name: 'Delete it' }).click();
    await asked.getByRole('button', { name: 'Delete for good' }).click();
    await expect(asked).toHaveCount(0);
    await expect(desk.page.getByText('All sent')).toBeVisible();
  });

  await test.step('the child reads the answer, and the writing is gone', async () => {
    await page.getByRole('link', { name: /Homework$/ }).tap();
    const piece = page.getByRole('group').filter({ hasText: 'Ms Okafor has deleted it, as you asked.' });
    await expect(async () => {
      const more = page.getByRole('button', { name: 'Show more' });
      if (await more.isVisible()) await more.tap();
      await lookIntoAll(device);
      await expect(piece).toBeAttached({ timeout: 1_000 });
    }).toPass({ timeout: 45_000 });
    await expect(piece.locator('.work')).toHaveCount(0);
  });
});
