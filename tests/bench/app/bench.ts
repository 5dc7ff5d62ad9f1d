import type { Page } from '@playwright/test';
import { build } from 'vite';
import { must } from '#domain/must.ts';
import { figure, type Figure } from '../figures.ts';
import { report, type Line } from '../report.ts';
import { demo } from '../sync/dataset.ts';
import { openHouse } from '../sync/house.ts';
import { childPresses, doors, enterAsAdult, enterAsChild, signInAdult, signInChild, teacherPresses, type Presses } from './flows.ts';
import { Visitor } from './visitor.ts';

/** Enough that each child of the demo class has more than two hundred entries. */
const documentCount = 10_000;
const times = 5;
/** The demo school is on the device long before, with all its processor. */
const firstSyncMs = 5000;
const phone = { width: 390, height: 844 };
const laptop = { width: 1366, height: 768 };

/** What a person waits for: the weight and the pictures of a first load, and presses on a processor of a quarter of the speed. */
export async function run(): Promise<void> {
  const [house] = await Promise.all([openHouse(documentCount), build({ logLevel: 'warn' })]);
  try {
    const bare = await pressesOf(house.url, phone, bareButton, [['bare', (page) => page.getByRole('button').click()]]);
    const floor = must(bare.presses.get('bare'), 'the bare page was pressed');
    const child = await pressesOf(house.url, phone, signInChild, childPresses);
    const teacher = await pressesOf(house.url, laptop, openQueue, teacherPresses);
    const lines: Line[] = [
      ...(await weights(house.url)),
      ...(await firstLoad(house.url)),
      ...(await firstFetch(house.url)),
      ...[...child.presses, ...teacher.presses].map(([name, ours]) => ({ name, ours, baselines: { 'bare button': floor } })),
    ];
    await report(
      `The app in Chromium; first load and first fetch on slow 4G, presses with 200 entries a child; both on a processor slowed fourfold`,
      lines,
      '.data/bench/app.json',
    );
    console.log(`Layout shift while pressing: child ${child.shift.toFixed(3)}, teacher ${teacher.shift.toFixed(3)}.`);
  } finally {
    await house.stop();
  }
}

/** Compressed JavaScript of the way from a blank browser to a person's first screen, as it came over the wire. */
async function weights(origin: string): Promise<Line[]> {
  const ways: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
    ['child', signInChild],
    ['parent', (page) => signInAdult(page, 'parent@oak-hill.example').then(() => page.getByRole('heading', { name: 'Maya' }).waitFor())],
    ['teacher', openQueue],
  ];
  const lines: Line[] = [];
  for (const [who, arrive] of ways) {
    const visitor = await Visitor.arrive(origin, phone);
    await arrive(visitor.page);
    // What is fetched ahead begins when the screen is idle.
    await visitor.page.waitForFunction(() => performance.getEntriesByName('ahead').length > 0);
    await visitor.page.waitForLoadState('networkidle');
    const { first, all } = await visitor.scriptBytes();
    lines.push(
      { name: `JavaScript from a blank browser to the first screen: ${who}`, unit: 'KB', ours: figure([first / 1000]), baselines: {} },
      { name: `and with what is fetched ahead: ${who}`, unit: 'KB', ours: figure([all / 1000]), baselines: {} },
    );
    await visitor.leave();
  }
  return lines;
}

async function firstLoad(origin: string): Promise<Line[]> {
  const loads = { firstPaint: [] as number[], largestPaint: [] as number[] };
  for (let time = 0; time < times; time++) {
    const visitor = await Visitor.arrive(origin, phone);
    await visitor.slowDown();
    await visitor.page.goto('/sign-in/class');
    await visitor.page.getByLabel('Type your class code').waitFor();
    await visitor.page.waitForTimeout(500);
    const { firstPaint, largestPaint } = await visitor.watched();
    loads.firstPaint.push(firstPaint);
    loads.largestPaint.push(largestPaint);
    await visitor.leave();
  }
  return [
    { name: 'first load of the sign-in: first paint', ours: figure(loads.firstPaint), baselines: {} },
    { name: 'first load of the sign-in: largest paint', ours: figure(loads.largestPaint), baselines: {} },
  ];
}

/** From the sign-in, which is there, to the first screen with all of the person's slice: typing, code, keys and documents. */
async function firstFetch(origin: string): Promise<Line[]> {
  const ways: readonly (readonly [string, typeof phone, string, (page: Page) => Promise<unknown>])[] = [
    ['child, to the clubs', phone, doors.child, enterAsChild],
    ['teacher, to the queue', laptop, doors.adult, (page) => enterAsAdult(page, demo.email).then(() => queueIsWhole(page))],
  ];
  const lines: Line[] = [];
  for (const [who, viewport, door, arrive] of ways) {
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
      const visitor = await Visitor.arrive(origin, viewport);
      await visitor.page.goto(door);
      await visitor.page.waitForLoadState('networkidle');
      await visitor.slowDown();
      const begin = performance.now();
      await arrive(visitor.page);
      took.push(performance.now() - begin);
      await visitor.leave();
    }
    lines.push({ name: `sign-in and first fetch: ${who}`, ours: figure(took), baselines: {} });
  }
  return lines;
}

interface Pressed {
  readonly presses: ReadonlyMap<string, Figure>;
  /** The most that the layout of one page shifted by itself. */
  readonly shift: number;
}

async function pressesOf(
  origin: string,
  viewport: typeof phone,
  arrive: (page: Page) => Promise<unknown>,
  presses: Presses,
): Promise<Pressed> {
  const taken = new Map(presses.map(([name]): [string, number[]] => [name, []]));
  let shift = 0;
  for (let time = 0; time < times; time++) {
    const visitor = await Visitor.arrive(origin, viewport);
    await arrive(visitor.page);
    // The first sync goes on behind the first screen.
    await visitor.page.waitForTimeout(firstSyncMs);
    await visitor.settled();
    await visitor.slowDown();
    for (const [name, act] of presses) taken.get(name)?.push(await visitor.press(act));
    shift = Math.max(shift, (await visitor.watched()).shift);
    await visitor.leave();
  }
  return { presses: new Map([...taken].map(([name, values]) => [name, figure(values)])), shift };
}

async function openQueue(page: Page): Promise<void> {
  await signInAdult(page, demo.email);
  await queueIsWhole(page);
}

async function queueIsWhole(page: Page): Promise<void> {
  await page.getByRole('article').waitFor();
  await page.getByText('All sent').waitFor();
}

/** The least that a press can take on this machine: a page of one button that says something else when it is pressed. */
async function bareButton(page: Page): Promise<void> {
  await page.route('**/bench/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><button>No</button>' }));
  await page.goto('/bench/');
  await page.getByRole('button').evaluate((button) => {
    button.addEventListener('click', () => (button.textContent = 'Yes'));
  });
}
