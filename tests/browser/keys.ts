import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** A person with a keyboard and nothing else: what has the focus is always in sight, and it is never lost. */
export class Keys {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Tabs forward to it, around the whole page if need be. */
  async to(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    const wanted = await target.elementHandle();
    for (let press = 0; press < 150; press++) {
      if (await this.#page.evaluate((element) => document.activeElement === element, wanted)) {
        // Whoever came with a mouse sees no ring until they press a key.
        if (press > 0) await this.expectFocus();
        return;
      }
      await this.#page.keyboard.press('Tab');
    }
    throw new Error(`No number of Tabs leads to ${String(target)}.`);
  }

  async press(target: Locator, key = 'Enter'): Promise<void> {
    await this.to(target);
    await this.#page.keyboard.press(key);
  }

  async write(target: Locator, words: string): Promise<void> {
    await this.to(target);
    await this.#page.keyboard.insertText(words);
  }

  /** One of several: Tab leads to them, arrows from one to the next. */
  async choose(radio: Locator): Promise<void> {
    await expect(radio).toBeAttached();
    const wanted = await radio.elementHandle();
    for (let press = 0; press < 150; press++) {
      const place = await this.#page.evaluate((element) => {
        const at = document.activeElement;
        if (at === element) return 'there';
        return at instanceof HTMLInputElement && element instanceof HTMLInputElement && at.name === element.name ? 'beside' : 'elsewhere';
      }, wanted);
      if (place === 'there') {
        await this.expectFocus();
        await this.#page.keyboard.press('Space');
        // A language that is chosen renames what it stands in.
        await expect.poll(() => wanted?.evaluate((element) => element instanceof HTMLInputElement && element.checked)).toBe(true);
        return;
      }
      await this.#page.keyboard.press(place === 'beside' ? 'ArrowDown' : 'Tab');
    }
    throw new Error(`No keys lead to ${String(radio)}.`);
  }

  /** Something has the focus, and shows it. */
  async expectFocus(): Promise<void> {
    await expect
      .poll(
        () =>
          this.#page.evaluate(() => {
            const at = document.activeElement;
            if (!at || at === document.body) return 'nothing has the focus';
            let ring: Element | null = at;
            while (ring && getComputedStyle(ring).outlineStyle === 'none') ring = ring.parentElement;
            return ring ? 'seen' : `${at.outerHTML.slice(0, 120)} does not show that it has the focus`;
          }),
        { timeout: 3000 },
      )
      .toBe('seen');
  }

  /** What had it before a sheet, or stands where that stood, has it again. */
  async escape(back: Locator): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await expect(back).toBeFocused();
    await this.expectFocus();
  }
}
