/** Moves focus to what has just taken the place of something else, a step's heading, so that it is read out. */
export function takeFocus(element: HTMLElement): void {
  element.focus({ preventScroll: true });
}
