import type { Locator, Page } from '@playwright/test';
import { must } from '#domain/must.ts';
import { settle } from './accessibility.ts';
import { expect } from './fixtures.ts';
import { lookAt } from './sweep.ts';

/**
 * What is pressed, by its role and name. A `sheet` is a button that opens one, and `instead` one that opens it in the place of that in which
 * it stands. A `menu` opens a menu, `unfold` what shows more in its place and stays as it is where it does so already, and a `key` is no
 * control but a key.
 */
type Press = readonly [kind: 'button' | 'link' | 'checkbox' | 'sheet' | 'instead' | 'menu' | 'unfold' | 'key', name: string | RegExp];

/** What opens on a screen by such presses, one after the other, and what its pictures are called. */
export type Opening = readonly [name: string, ...presses: readonly Press[]];

/** What Escape gives back: the focus to what opened it, which a key has not, or the sheet in whose place it stood. */
interface Layer {
  readonly opener: Locator | null;
  readonly isInstead: boolean;
}

/**
 * Opens it as a person without a pointer does, looks at it in every theme and where room is short, and shuts it with Escape: whatever
 * opened it has the focus again.
 */
export async function lookAtOpened(page: Page, name: string, presses: readonly Press[]): Promise<void> {
  const layers: Layer[] = [];
  for (const press of presses) await open(page, press, layers);
  await settle(page);
  await lookAt(page, name, 'opened');
  while (layers.length > 0) {
    const { opener, isInstead } = must(layers.pop(), 'a layer is open');
    await page.keyboard.press('Escape');
    await expectInFront(page, layers);
    if (opener && !isInstead) await expect(opener, `${name} gives the focus back`).toBeFocused();
  }
}

async function open(page: Page, [kind, name]: Press, layers: Layer[]): Promise<void> {
  const target = kind === 'key' ? null : controlOf(layers.length > 0 ? openedIn(page).last() : page, kind, name);
  if (target === null) await page.keyboard.press(String(name));
  else if (kind !== 'unfold' || !(await isUnfolded(target))) await target.press(kind === 'checkbox' ? 'Space' : 'Enter');
  if (kind === 'sheet' || kind === 'instead' || kind === 'menu' || kind === 'key')
    layers.push({ opener: target, isInstead: kind === 'instead' });
  if (layers.length > 0) await expectInFront(page, layers);
}

/** As many are open, one over the other; a sheet has a name, and the focus. What a menu opens takes the menu's place. */
async function expectInFront(page: Page, layers: readonly Layer[]): Promise<void> {
  await expect(openedIn(page)).toHaveCount(layers.filter(({ isInstead }) => !isInstead).length);
  if (layers.length === 0) return;
  const front = openedIn(page).last();
  const isSheet = (element: Element) => element instanceof HTMLDialogElement;
  if (!(await front.evaluate(isSheet))) return;
  await expect(front).toHaveAccessibleName(/\S/);
  await expect.poll(() => front.evaluate((sheet) => sheet.contains(document.activeElement)), 'the focus is in the sheet').toBe(true);
}

/** Sheets and menus that are open now, in the order in which they stand in the page. */
function openedIn(page: Page): Locator {
  return page.locator('dialog[open], [popover]:popover-open');
}

function controlOf(within: Page | Locator, kind: Exclude<Press[0], 'key'>, name: string | RegExp): Locator {
  if (kind === 'unfold') {
    const summary = within.locator('summary').filter({ hasText: name });
    return summary.or(within.getByRole('button', { name })).first();
  }
  const role = kind === 'link' || kind === 'checkbox' ? kind : 'button';
  return within.getByRole(role, { name }).first();
}

function isUnfolded(control: Locator): Promise<boolean> {
  return control.evaluate((element) =>
    element.parentElement instanceof HTMLDetailsElement ? element.parentElement.open : element.getAttribute('aria-expanded') === 'true',
  );
}
