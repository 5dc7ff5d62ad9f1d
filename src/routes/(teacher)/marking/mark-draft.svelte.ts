import { stickers, type Sticker } from '#domain/marking/stickers.ts';
import { commentsFor, joinComment } from './comment-bank.ts';
import type { MarkingMode } from './keys.ts';

/** The mark that is being made of the piece that lies open. */
export class MarkDraft {
  mode = $state<MarkingMode>('look');
  /** The line of the comment bank that is chosen, 1 to 9. */
  chosen = $state<number | null>(null);
  ownWords = $state('');
  star = $state(false);
  sticker = $state<Sticker | null>(null);

  /** A line for one verdict is none for the other; looking at the stickers leaves it. */
  setMode(mode: MarkingMode): void {
    if ((mode === 'again') !== (this.mode === 'again')) this.chosen = null;
    this.mode = mode;
  }

  /** A line of the bank, or away again. */
  choose(number: number): void {
    this.chosen = this.chosen === number ? null : number;
  }

  /** Puts the sticker of a number on, or takes it off again; the numbers are for comments then. */
  stick(number: number): void {
    const sticker = stickers[number - 1] ?? null;
    this.sticker = this.sticker === sticker ? null : sticker;
    this.setMode('look');
  }

  /** The comment as it would be sent. */
  get words(): string | null {
    const line = this.chosen === null ? undefined : commentsFor(this.mode)[this.chosen - 1];
    return joinComment(line ? line() : null, this.ownWords);
  }

  clear(): void {
    this.mode = 'look';
    this.chosen = null;
    this.ownWords = '';
    this.star = false;
    this.sticker = null;
  }
}
