/** Moves focus to what has just taken the place of something else, a step's heading, so that it is read out. */
export function takeFocus(element: HTMLElement): void {
  element.focus({ preventScroll: true });
}

/** An attachment for what opens within a page: what is chosen in it, or its first button, has the focus, and who had it gets it back. */
export function borrowFocus(element: HTMLElement): () => void {
  const before = placeOf(document.activeElement);
  const first = element.querySelector<HTMLElement>('[aria-pressed="true"]') ?? element.querySelector('button');
  first?.focus({ preventScroll: true });
  return () => {
    const isLost = document.activeElement === document.body || element.contains(document.activeElement);
    if (isLost) focusAt(before);
  };
}

/** Where an element stands: it and what it is in, nearest first, each with its number among its siblings. */
type Place = readonly { readonly element: Element; readonly index: number }[];

export function placeOf(element: Element | null): Place {
  const place = [];
  for (let at = element; at && at !== document.body; at = at.parentElement)
    place.push({ element: at, index: at.parentElement ? [...at.parentElement.children].indexOf(at) : 0 });
  return place;
}

/** Gives the focus to the element that stood there, or, when it is gone, to what stands nearest now. */
export function focusAt(place: Place): void {
  for (const [level, { element }] of place.entries()) {
    if (!element.isConnected) continue;
    const gone = place[level - 1];
    for (const candidate of gone ? controlsFrom(element, gone.index) : [element])
      if (candidate instanceof HTMLElement) {
        candidate.focus({ preventScroll: true });
        if (document.activeElement === candidate) return;
      }
  }
}

/** What can be pressed or filled in, from the child with this number on, then back from it. */
function controlsFrom(parent: Element, index: number): Element[] {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const children = [...parent.children];
  return [...children.slice(index), ...children.slice(0, index).reverse()].flatMap((child) => [
    ...(child.matches(kinds) ? [child] : []),
    ...child.querySelectorAll(kinds),
  ]);
}

let held: Place = [];

/**
 * Whoever goes by keys never loses their place: where what has the focus is taken away, as a row that is done with, the focus goes to what
 * stands there now; a button that could not be pressed while it was busy has it again. Not after a finger's press: a field would open the
 * keyboard over the page. Ends with the component that called it.
 */
export function keepFocus(): () => void {
  const remember = ({ target }: FocusEvent) => {
    held = target instanceof Element && target.matches(':focus-visible') ? placeOf(target) : [];
  };
  // Who leaves a field that is still there, by Escape, wants its place no more. What goes, or is busy, is known a moment later.
  const leave = ({ target }: FocusEvent) => {
    queueMicrotask(() => {
      const isLeft = document.hasFocus() && document.activeElement === document.body && held[0]?.element === target;
      if (isLeft && target instanceof Element && target.isConnected && !target.hasAttribute('disabled')) letFocusGo();
    });
  };
  const observer = new MutationObserver((changes) => {
    const had = held[0]?.element;
    if (!had || document.activeElement !== document.body) return;
    const isBack = changes.some(({ type, target }) => type === 'attributes' && target === had && !had.hasAttribute('disabled'));
    if (isBack || !had.isConnected) focusAt(held);
  });
  document.addEventListener('focusin', remember);
  document.addEventListener('focusout', leave);
  document.addEventListener('pointerdown', letFocusGo, true);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    document.removeEventListener('focusin', remember);
    document.removeEventListener('focusout', leave);
    document.removeEventListener('pointerdown', letFocusGo, true);
    observer.disconnect();
  };
}

/** Another screen begins at its top, and whoever presses beside all means it. */
export function letFocusGo(): void {
  held = [];
}
