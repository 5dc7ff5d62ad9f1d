import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { must } from '#domain/must.ts';
import { cardToAddress } from '../../src/lib/cards/card-address.ts';
import { drawCode } from '../../src/lib/cards/code-drawing.ts';
import { expectAccessible } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { signInAdult } from './people.ts';
import { findInStores } from './raw-stores.ts';

const issued = v.object({ cards: v.array(v.object({ secret: v.string() })) });

/** What a camera sees to whom a card is held up, as raw film (YUV4MPEG2). */
function filmOf(text: string): Buffer {
  const [width, height, scale] = [640, 480, 8];
  const { size, path } = drawCode(text);
  const left = Math.floor((width - size * scale) / 2);
  const top = Math.floor((height - size * scale) / 2);
  const light = Buffer.alloc(width * height, 225);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
    for (let row = 0; row < scale; row++) {
      const begin = (top + Number(y) * scale + row) * width + left + Number(x) * scale;
      light.fill(25, begin, begin + Number(length) * scale);
    }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, 128)]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${String(width)} H${String(height)} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]);
}

test('a teacher makes a card, the child opens it and is in, and once it has ended the camera reads it in vain', async ({
  openDevice,
}, testInfo) => {
  const teacher = await openDevice();
  const desk = teacher.page;
  await signInAdult(teacher, 'teacher@oak-hill.example');
  await desk.getByRole('link', { name: 'Class', exact: true }).click();
  await desk.getByRole('link', { name: 'Sign-in cards' }).click();
  await desk.getByRole('checkbox', { name: /Maya Rahman/ }).check();
  await expectAccessible(desk, 'choosing who gets a card');
  const answer = desk.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/school/cards'));
  await desk.getByRole('button', { name: 'Make 1 card' }).click();
  const { cards } = v.parse(issued, await (await answer).json());
  const secret = must(cards[0], 'one card was made').secret;
  const code = desk.getByRole('img', { name: 'Code for Maya R' });
  await expect(code).toBeVisible();
  await expectAccessible(desk, 'the cards');
  // It is on the page, and nowhere else on the teacher's device.
  expect(await findInStores(desk, [[...Buffer.from(secret)]])).toEqual([]);
  await desk.emulateMedia({ media: 'print' });
  await expect(code).toBeVisible();
  await expect(desk.getByRole('navigation')).toBeHidden();
  await expect(desk.getByRole('button', { name: 'Print' })).toBeHidden();
  await desk.emulateMedia({ media: null });

  // What its camera sees is a film: the card, held still.
  const film = testInfo.outputPath('card.y4m');
  await writeFile(film, filmOf(cardToAddress('https://homework.oak-hill.example', secret)));
  const tablet = await openDevice({
    viewport: { width: 390, height: 844 },
    switches: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
  });
  const child = tablet.page;
  await child.goto(`/sign-in/card#${secret}`);
  await expect(child.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  expect(child.url()).not.toContain('#');
  const history = await (await tablet.context.newCDPSession(child)).send('Page.getNavigationHistory');
  expect(history.entries.filter(({ url }) => url.includes(secret))).toEqual([]);
  // Another tab locks: there are no pictures of this child's that could open it, so the card is asked for.
  await child.evaluate(() => {
    new BroadcastChannel('studystreaks-session').postMessage('locked');
  });
  await expect(child.getByLabel('Type your class code')).toBeVisible();
  await child.goto(`/sign-in/card#${secret}`);
  await expect(child.getByRole('heading', { name: 'Hello, Maya' })).toBeVisible();
  await child.getByRole('button', { name: /my colours/ }).click();
  await child.getByRole('button', { name: 'I am finished' }).click();

  await desk.getByRole('button', { name: 'Done: forget the codes' }).click();
  await expect(code).toHaveCount(0);
  await teacher.goOffline();
  await desk.getByRole('button', { name: 'End the card of Maya Rahman' }).click();
  await desk.getByRole('button', { name: 'End card', exact: true }).click();
  // Said where the list happens to be scrolled to.
  await expect(desk.getByText(/^Cards need a network/)).toBeInViewport();
  await teacher.goOnline();
  // The list is read again by itself.
  await expect(desk.getByText(/^Cards need a network/)).toHaveCount(0);
  await desk.getByRole('button', { name: 'End the card of Maya Rahman' }).click();
  await desk.getByRole('button', { name: 'End card', exact: true }).click();
  await expect(desk.getByText('The card of Maya Rahman has ended.')).toBeVisible();

  await child.getByRole('link', { name: /Show my card/ }).click();
  await expect(
    child.getByRole('alert').filter({ hasText: 'This card does not work any more. Ask your teacher for a new one.' }),
  ).toBeVisible();
  await expectAccessible(child, 'a card that has ended');
});
