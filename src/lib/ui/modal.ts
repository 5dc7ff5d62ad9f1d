import { focusAt, placeOf } from './focus.ts';

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
  return () => {
    focusAt(before);
  };
}
