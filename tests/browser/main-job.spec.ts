import postgres from 'postgres';
import { expect, test } from './fixtures.ts';
import { signInAdult, signInChild } from './people.ts';

const anHour = 3_600_000;
const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  laptop: { width: 1366, height: 768 },
} as const;

test('homework logged offline is marked offline, and both sides see it', async ({ openDevice, school }) => {
  const child = await openDevice({ viewport: sizes.tablet, hasTouch: true, clockErrorMs: anHour });
  const teacher = await openDevice({ viewport: sizes.laptop });
  const parent = await openDevice({ viewport: sizes.phone, hasTouch: true });
  const work = `We counted conkers ${String(Date.now())}`;
  const secondWork = `${work} and acorns`;

  await test.step('each signs in once, with a network', async () => {
    await signInChild(child, 'WILLOW4', 'Maya', ['apple', 'fish', 'bell']);
    await signInAdult(teacher, 'teacher@oak-hill.example');
    await expect(teacher.page.getByRole('heading', { name: 'Marking' })).toBeVisible();
    await signInAdult(parent, 'parent@oak-hill.example');
    await expect(parent.page.getByRole('heading', { name: 'Maya' })).toBeVisible();
    await expect(parent.page.getByRole('heading', { name: 'Leo' })).toBeVisible();
    for (const device of [child, teacher, parent]) await expect(device.page.getByText('All sent')).toBeVisible();
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
    await expect(child.page.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
    await child.page.goto('/homework');
    for (const words of [work, secondWork]) await expect(child.page.getByText(words, { exact: true })).toBeVisible();
    await expect(child.page.getByText('On this device', { exact: true })).toHaveCount(2);
  });

  await test.step('back in the wifi it is sent, and reaches the teacher by itself', async () => {
    await child.goOnline();
    await expect(child.page.getByText('All sent')).toBeVisible();
    await expect(child.page.getByText('On this device', { exact: true })).toHaveCount(0);
    await teacher.page.getByLabel('Find a child, task or club').fill('Maya');
    await expect(teacher.page.getByText(work).first()).toBeVisible();
  });

  await test.step('the teacher marks both offline from the keyboard, with reloads between', async () => {
    await teacher.goOffline();
    await teacher.page.reload();
    await expect(teacher.page.getByRole('heading', { name: 'Marking' })).toBeVisible();
  });

  await test.step('every entry arrived once, under the child who wrote it', async () => {
    const sql = postgres(school.adminUrl, { max: 1 });
    try {
      const [row] = await sql<{ entries: number; students: number }[]>`
        select count(*)::int as entries, count(distinct student_id)::int as students from homework_completions
        where received_at > now() - interval '5 minutes' and captured_at > now()`;
      expect(row).toEqual({ entries: 2, students: 1 });
    } finally {
      await sql.end();
    }
  });
});
