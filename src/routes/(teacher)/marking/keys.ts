/** `look`: reading a piece. `again`: "try again" is chosen and a comment is awaited. `stickers`: a sticker is being chosen. */
export type MarkingMode = 'look' | 'again' | 'stickers';

export type MarkingAction =
  | {
      readonly kind:
        | 'approve'
        | 'start_again'
        | 'send_again'
        | 'leave_again'
        | 'start_stickers'
        | 'leave_stickers'
        | 'set_aside'
        | 'belongs_to'
        | 'flag'
        | 'badge'
        | 'undo'
        | 'next'
        | 'previous'
        | 'find'
        | 'help'
        | 'star'
        | 'write'
        | 'talk'
        | 'open';
    }
  /** `number` 1 to 9: the line of the comment bank, or while the stickers are open, the sticker. */
  | { readonly kind: 'comment' | 'sticker'; readonly number: number };

export interface KeyPress {
  readonly key: string;
  /** The key is being held down and comes again and again. */
  readonly isHeld: boolean;
  readonly hasModifier: boolean;
  /** The person is typing in a field, or a dialog is open over the queue. */
  readonly isElsewhere: boolean;
  /** The key is on a link or a button, which Enter presses. */
  readonly isOnControl: boolean;
}

type PlainKeys = Readonly<Record<string, Exclude<MarkingAction['kind'], 'comment' | 'sticker'>>>;

const inEachMode = {
  a: 'approve',
  x: 'set_aside',
  b: 'belongs_to',
  f: 'flag',
  g: 'badge',
  u: 'undo',
  j: 'next',
  k: 'previous',
  arrowdown: 'next',
  arrowup: 'previous',
  s: 'star',
  w: 'write',
  v: 'talk',
  o: 'open',
  '/': 'find',
  '?': 'help',
} as const satisfies PlainKeys;

const keys: Record<MarkingMode, PlainKeys> = {
  look: { ...inEachMode, r: 'start_again', t: 'start_stickers' },
  // No stickers: they come with an approval.
  again: { ...inEachMode, r: 'leave_again', escape: 'leave_again', enter: 'send_again' },
  stickers: { ...inEachMode, r: 'start_again', t: 'leave_stickers', escape: 'leave_stickers' },
};

const runs: readonly string[] = ['j', 'k', 'arrowdown', 'arrowup'];

/** What a key means on the marking screen; null where it means nothing or belongs to something else. */
export function markingAction(press: KeyPress, mode: MarkingMode): MarkingAction | null {
  if (press.isElsewhere || press.hasModifier) return null;
  // Held down, a key runs through the list; it never marks the next piece, which nobody has read.
  if (press.isHeld && !runs.includes(press.key.toLowerCase())) return null;
  if (/^[1-9]$/.test(press.key)) return { kind: mode === 'stickers' ? 'sticker' : 'comment', number: Number(press.key) };
  const kind = keys[mode][press.key.toLowerCase()];
  if (kind === undefined) return null;
  // Enter on a button presses the button.
  if (kind === 'send_again' && press.isOnControl) return null;
  return { kind };
}

/** A key as it was pressed on the page. */
export function keyPress(event: KeyboardEvent): KeyPress {
  const isWithin = (selector: string) => event.target instanceof Element && event.target.closest(selector) !== null;
  return {
    key: event.key,
    isHeld: event.repeat,
    hasModifier: event.ctrlKey || event.metaKey || event.altKey,
    isElsewhere:
      isWithin('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open], [popover]:popover-open') !== null,
    isOnControl: isWithin('a, button, summary'),
  };
}
