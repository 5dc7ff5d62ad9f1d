/** Moves focus to what has just taken the place of something else, a step's heading, so that it is read out. */
export function takeFocus(element: HTMLElement): void {
  element.focus({ preventScroll: true });
}

/** An attachment for what opens within a page: what is chosen in it, or its first button, has the focus, and who had it gets it back. */
export function borrowFocus(element: HTMLElement): () => void {
  const before = document.activeElement;
  const first = element.querySelector<HTMLElement>('[aria-pressed="true"]') ?? element.querySelector('button');
  first?.focus({ preventScroll: true });
  return () => {
    const isLost = document.activeElement === document.body || element.contains(document.activeElement);
    if (isLost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}
