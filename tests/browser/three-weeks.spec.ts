import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { generateDemoSchools } from '#db/seed/generate.ts';
import type { Child } from '#db/seed/model.ts';
import { addDays, type IsoDate } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult, tapPictures } from './people.ts';
import { appIsKept } from './worker.ts';

const aDay = 86_400_000;
/** Each child's own, by turns: a piece that went to another child would be of the wrong club. */
const clubs = ['English', 'Science', 'Maths'];
const pictureNames = ['apple', 'boat', 'key', 'umbrella', 'fish', 'house', 'kite', 'moon', 'bell', 'snail', 'drum', 'sun'];

/** Days before today on which the tablet is used, and which of the twelve children log then. */
const uses = [
  // Its clock is wrong that day: further back than a week before the school last heard of it.
  { daysAgo: 30, children: [0] },
  { daysAgo: 20, children: [0, 1, 2, 3, 4, 5, 6, 7] },
  { daysAgo: 13, children: [4, 5, 6, 7, 8, 9, 10, 11] },
  { daysAgo: 6, children: [8, 9, 10, 11, 0, 1, 2, 3] },
];
const lastContactDaysAgo = 21;
const earliestDaysAgo = lastContactDaysAgo + 7;

test('S30: twelve children log on a class’s tablet that is out of reach for three weeks, and each piece arrives as theirs, on its day', async ({
  openDevice,
  school,
}) => {
  test.slow();
  const startedAt = new Date();
  const children = twelveOfWillow();
  const tablet = await openDevice({ viewport: { width: 820, height: 1180 }, hasTouch: true });
  const sql = postgres(school.adminUrl, { max: 1 });
  try {
    await test.step('a teacher makes it the class’s tablet, and three weeks ago it was last heard of', async () => {
      await signInAdult(tablet, 'teacher@oak-hill.example');
      await tablet.page.goto('/class');
      await tablet.page.getByRole('button', { name: 'Class tablets' }).click();
      await tablet.page.getByLabel('What is it called?').fill('Cupboard tablet');
      await tablet.page.getByRole('button', { name: 'Make this the class’s tablet' }).click();
      await expect(tablet.page.getByRole('button', { name: children[11]?.firstName ?? '', exact: true })).toBeVisible();
      await appIsKept(tablet.page);
      await tablet.goOffline();
      const moved = await sql`
        update device_contacts set last_contact_at = now() - make_interval(days => ${lastContactDaysAgo})
        where last_contact_at > ${startedAt}`;
      expect(moved.count).toBeGreaterThan(0);
    });

    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(startedAt) as IsoDate;
    const expected: { student: string; club: string; done: string; counted: string; clamped: boolean }[] = [];
    for (const { daysAgo, children: those } of uses)
      await test.step(`${String(daysAgo)} days ago ${String(those.length)} of them log`, async () => {
        // At noon of that day, so that no midnight comes in between.
        const noon = Date.parse(`${today}T12:00:00Z`) - daysAgo * aDay;
        await tablet.restart(noon - Date.now());
        await tablet.page.goto('/');
        for (const index of those) {
          const child = must(children[index], 'there are twelve');
          const club = must(clubs[index % clubs.length], 'there are three');
          await logInClass(tablet.page, child, club);
          const done = addDays(today, -daysAgo);
          const isClamped = daysAgo > earliestDaysAgo;
          expected.push({
            student: child.id,
            club,
            done,
            counted: isClamped ? addDays(today, -earliestDaysAgo) : done,
            clamped: isClamped,
          });
        }
      });

    await test.step('it comes online once, and everything is there', async () => {
      await tablet.restart(0);
      await tablet.page.goto('/');
      await expect(tablet.page.getByText(`${String(expected.length)} sealed to send`)).toBeVisible();
      await tablet.goOnline();
      await expect(tablet.page.getByText(/sealed to send/)).toBeHidden();
      const arrived = await sql<typeof expected>`
        select done.student_id as student, club.name as club, done.completion_date::text as done,
          done.effective_date::text as counted, 'date_clamped' = any(done.flags) as clamped
        from homework_completions done
        join clubs club on club.school_id = done.school_id and club.id = done.club_id
        where done.received_at > ${startedAt} and done.logged_by = 'class_device'`;
      const inOrder = (rows: typeof expected) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
      expect(inOrder([...arrived])).toEqual(inOrder(expected));
    });
  } finally {
    await sql.end();
  }
});

/** Children of one class of whom no two have one first name. */
function twelveOfWillow(): Child[] {
  const [oakHill] = generateDemoSchools(new Date(), 'small');
  const { children, classes } = must(oakHill, 'the first demo school');
  const willow = must(
    classes.find(({ code }) => code === 'WILLOW4'),
    'the class of the demo teacher',
  );
  const ofWillow = children.filter(({ classId }) => classId === willow.id);
  return ofWillow.filter(({ firstName }) => ofWillow.filter((one) => one.firstName === firstName).length === 1).slice(0, 12);
}

async function logInClass(page: Page, { firstName, pictures }: Child, club: string): Promise<void> {
  await page.getByRole('button', { name: firstName, exact: true }).tap();
  await tapPictures(
    page,
    pictures.split('-').map((number) => must(pictureNames[Number(number) - 1], 'twelve pictures')),
  );
  await page.getByRole('link', { name: club, exact: true }).tap();
  await page.getByRole('link', { name: /^Show/ }).tap();
  await page.getByRole('button', { name: 'Done' }).tap();
  await expect(page.getByRole('heading', { name: `Well done, ${firstName}!` })).toBeVisible();
  await page.getByRole('link', { name: 'Finished' }).tap();
}
