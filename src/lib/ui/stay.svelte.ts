/** Long enough to read what stands there. */
const readMs = 8_000;
/** Whoever has to get to it by keys or a switch first has as long as WCAG 2.2.1 asks for. */
const actMs = 20_000;

interface Said {
  /** Another is said anew; it counts for how long it stays. */
  readonly about: unknown;
  /** Whether there is something to press. */
  readonly isActionable: boolean;
}

/** How long something that was said stays: it stands still under a pointer, and where the focus is in what can be pressed. */
export class Stay {
  isPointedAt = $state(false);
  isFocused = $state(false);

  /** Call it in a component's initialisation. */
  constructor(said: () => Said, ongone: () => void) {
    $effect(() => {
      const { isActionable } = said();
      // A button that goes with the focus in it does not tell.
      if (this.isPointedAt || (this.isFocused && isActionable)) return;
      const timer = setTimeout(ongone, isActionable ? actMs : readMs);
      return () => clearTimeout(timer);
    });
  }
}
