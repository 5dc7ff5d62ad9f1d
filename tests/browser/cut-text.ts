import type { Page } from '@playwright/test';

/**
 * Words of which a part is out of sight for good: cut by a box that does not scroll, or run out over the edge of what they stand in.
 * Whoever cuts with an ellipsis says the whole in a title.
 */
export function cutText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Pixels that rounding and slanted letters may take. */
    const slackPx = 1.5;
    const found: string[] = [];
    // Behind an opened sheet nothing can be read anyway.
    const inFront = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
    const walker = document.createTreeWalker(inFront, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const words = (text.textContent ?? '').trim();
      const parent = text.parentElement;
      if (words === '' || !parent || parent.closest('svg, script, style, option') || !isSeen(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      // Letters stand in the middle of a line: what a tight line leaves over of their box is air.
      const lines = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
      const air = Math.max(0, ...lines.map(({ height }) => height)) * 0.22;
      const fault = faultOf(parent, lines, air);
      if (fault !== null) found.push(`“${words.slice(0, 60)}” ${fault}`);
    }
    for (const field of inFront.querySelectorAll<HTMLInputElement>('input:placeholder-shown')) {
      const { font, textOverflow, paddingLeft, paddingRight } = getComputedStyle(field);
      const canvas = new OffscreenCanvas(1, 1).getContext('2d');
      if (!canvas || textOverflow === 'ellipsis' || !field.checkVisibility()) continue;
      canvas.font = font;
      const roomPx = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      if (canvas.measureText(field.placeholder).width > roomPx + slackPx) found.push(`“${field.placeholder}” is longer than its field`);
    }
    return found;

    function faultOf(parent: Element, lines: readonly DOMRect[], air: number): string | null {
      let isAtHome = true;
      for (let box: Element | null = parent; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === 'inline' || style.display === 'contents') continue;
        const rect = box.getBoundingClientRect();
        const cutsX = style.overflowX === 'hidden' || style.overflowX === 'clip';
        const cutsY = style.overflowY === 'hidden' || style.overflowY === 'clip';
        const runsOutX = lines.some((line) => line.left < rect.left - slackPx || line.right > rect.right + slackPx);
        const runsOutY = lines.some((line) => line.top + air < rect.top - slackPx || line.bottom - air > rect.bottom + slackPx);
        const isTold = (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') && box.closest('[title]') !== null;
        if (((cutsX && runsOutX) || (cutsY && runsOutY)) && !isTold) return `is cut by ${nameOf(box)}`;
        if (isTold && (runsOutX || runsOutY)) return null;
        // What scrolls shows the rest to whoever scrolls.
        if (/auto|scroll/.test(style.overflowX + style.overflowY)) return null;
        if (isAtHome && runsOutX && !cutsX) return `runs out of ${nameOf(box)}`;
        if (hasEdge(style)) {
          if (runsOutX || runsOutY) return `runs over the edge of ${nameOf(box)}`;
          isAtHome = false;
        }
        if (style.position === 'fixed') return null;
      }
      return null;
    }

    /** Whether a person would see where the box ends. */
    function hasEdge(style: CSSStyleDeclaration): boolean {
      return style.borderLeftWidth !== '0px' || !/^(rgba\(0, 0, 0, 0\)|transparent)$/.test(style.backgroundColor);
    }

    /** Not what is there for screen readers alone. */
    function isSeen(element: Element): boolean {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
      for (let box: Element | null = element; box; box = box.parentElement) {
        if (getComputedStyle(box).clipPath === 'inset(50%)') return false;
      }
      return true;
    }

    function nameOf(element: Element): string {
      return (
        element.tagName.toLowerCase() +
        [...element.classList]
          .filter((name) => !name.startsWith('svelte-'))
          .map((name) => `.${name}`)
          .join('')
      );
    }
  });
}
