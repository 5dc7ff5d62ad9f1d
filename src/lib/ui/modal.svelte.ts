import { untrack } from 'svelte';
import { focusAt, placeOf } from './focus.ts';

class Modals {
  #open = $state(0);

  /** Somebody reads a dialog: what changes below it can wait. */
  get isAnyOpen(): boolean {
    return this.#open > 0;
  }

  /** @returns what to call when it closes */
  opened(): () => void {
    const add = (change: 1 | -1) => {
      untrack(() => (this.#open += change));
    };
    add(1);
    return () => {
      add(-1);
    };
  }
}

export const modals = new Modals();

/** What every modal dialog does, whatever it looks like. `onclose` is called for Escape and for a press beside its inside. */
export function modal(onclose: () => void) {
  return {
    oncancel(event: Event): void {
      event.preventDefault();
      onclose();
    },
    /** A press on the dialog itself is a press beside what is in it. */
    onclick(event: MouseEvent): void {
      if (event.target === event.currentTarget) onclose();
    },
  };
}

/** An attachment. The dialog is taken out of the page when it closes, so the browser does not give focus back by itself. */
export function openModal(dialog: HTMLDialogElement): () => void {
  const before = placeOf(document.activeElement);
  dialog.showModal();
  const closed = modals.opened();
  return () => {
    closed();
    focusAt(before);
  };
}
