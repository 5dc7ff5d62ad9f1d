import postgres from 'postgres';
import { expect, test } from './fixtures.ts';
import { Keys } from './keys.ts';
import { signInAdult, unlock } from './people.ts';

const email = 'parent@oak-hill.example';
const next = 'three wet otters';

test('a parent puts the hint away, asks for the weekly email, changes the password, and reads how to install with no network', async ({
  openDevice,
  school,
}) => {
  const sql = postgres(school.adminUrl, { max: 1 });
  const earlier = await sql<
    { id: string; hash: string }[]
  >`select user_id as id, password_hash as hash from credentials where password_hash is not null`;
  const device = await openDevice({ viewport: { width: 390, height: 844 } });
  const { page } = device;
  try {
    await signInAdult(device, email);
    const keys = new Keys(page);
    await keys.press(page.getByRole('button', { name: 'Put this away' }));
    await expect(page.getByRole('button', { name: 'Put this away' })).toHaveCount(0);
    await keys.expectFocus();
    await keys.press(page.getByRole('link', { name: 'Consents' }));
    const shown = page.getByRole('article').filter({ has: page.getByRole('heading', { name: /be shown in school/ }) });
    await keys.press(shown.getByRole('button', { name: 'No showing' }));
    await expect(shown.getByText('You said no.')).toBeVisible();
    await keys.expectFocus();
    await keys.press(shown.getByRole('button', { name: 'Yes, show work' }));
    await expect(shown.getByText('You said yes.')).toBeVisible();
    await keys.press(page.getByRole('link', { name: 'Settings' }));
    await expect(page.getByText(`It goes to ${email}.`)).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Do not send it' })).toBeChecked();
    await keys.choose(page.getByRole('radio', { name: 'Send it', exact: true }));
    await expect(page.getByText('It comes from this Friday on.')).toBeVisible();

    await keys.press(page.getByRole('button', { name: 'Change it' }));
    await keys.write(page.getByLabel('Your password now'), 'not the one');
    await keys.write(page.getByLabel('New password'), next);
    await page.keyboard.press('Enter');
    await expect(page.getByText('That is not your password now.')).toBeVisible();
    await page.getByLabel('Your password now').fill('streaks-demo');
    await page.getByRole('button', { name: 'Keep the new password' }).click();
    await expect(page.getByText('Your new password counts from now on')).toBeVisible();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

    await device.goOffline();
    await page.getByRole('button', { name: /Rahman/ }).click();
    await page.getByRole('button', { name: 'Lock', exact: true }).click();
    await expect(page.getByRole('heading', { name: /Hello again/ })).toBeVisible();
    // A public screen shows through the lock, and nothing of anybody.
    await page.goto('/install');
    await expect(page.getByRole('heading', { name: 'Install StudyStreaks' })).toBeVisible();
    await page.goto('/settings');
    await unlock(device, 'streaks-demo');
    await expect(page.getByText('That did not open it.')).toBeVisible();
    await unlock(device, next);
    await expect(page.getByText('This is kept at the school, and needs a network')).toBeVisible();
    await page.getByRole('link', { name: 'Today' }).click();
    await expect(page.getByRole('heading', { name: 'Maya' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Put this away' })).toHaveCount(0);
  } finally {
    // Others sign in as the same parent.
    for (const { id, hash } of earlier)
      await sql`update credentials set password_hash = ${hash} where user_id = ${id} and password_hash <> ${hash}`;
    await sql`update parents set preferences = '{}'`;
    await sql.end();
  }
});
