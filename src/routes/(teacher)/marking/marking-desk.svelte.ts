import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import * as v from 'valibot';
import type { Verdict } from '#domain/collections/reviews.ts';
import { completionId as parseCompletionId, type CompletionId, type ReviewId, type StudentId } from '#domain/ids.ts';
import type { Move } from '$lib/data/moves.ts';
import type { MarkVoice } from '$lib/evidence/mark-voice.ts';
import type { Child } from '$lib/records/children.ts';
import type { Piece } from '$lib/records/pieces.ts';
import { MarkDraft } from './mark-draft.svelte.ts';
import type { QueueAddress } from './queue-address.ts';
import {
  buildQueue,
  countClubs,
  countFilters,
  hasStarInWeek,
  nextToMark,
  stepFrom,
  usualView,
  viewQueue,
  type QueueItem,
  type QueueView,
} from './queue.ts';

export type GivenVerdict = Exclude<Verdict, 'restored'>;

export interface NewReview {
  readonly completionId: CompletionId;
  readonly studentId: StudentId;
  readonly verdict: GivenVerdict;
  readonly comment: string | null;
  readonly sticker: string | null;
  readonly star: boolean;
}

/** A mark of this visit; its review is written while the teacher is already at the next piece. */
export interface Mark {
  readonly completionId: CompletionId;
  readonly studentId: StudentId;
  readonly child: Child;
  readonly verdict: GivenVerdict;
  readonly reviewId: Promise<ReviewId>;
}

/** A piece of this visit that belonged to another child. */
export interface MovedPiece {
  readonly completionId: CompletionId;
  readonly from: Child;
  readonly to: Child;
  readonly move: Move;
}

/** What the desk tells the page, which turns it into a toast and an announcement. */
export interface DeskEvents {
  readonly onmark: (mark: Mark, left: number, next: QueueItem | null) => void;
  readonly onundo: (mark: Mark, left: number) => void;
  readonly onmove: (moved: MovedPiece, left: number, next: QueueItem | null) => void;
  /** It comes back when the school has moved it back. */
  readonly onmoveback: (moved: MovedPiece) => void;
  readonly onfailure: (failed: Mark | MovedPiece, reason: unknown) => void;
  /** A mark was to be given while its voice is still being recorded. */
  readonly onstillrecording: () => void;
}

export interface DeskSource extends DeskEvents {
  readonly pieces: () => readonly Piece[];
  readonly piecesOf: (studentId: string) => readonly Piece[];
  readonly childrenById: () => ReadonlyMap<string, Child>;
  /** False while a mark of what seems to wait may still be on its way to this device. */
  readonly isSettled: () => boolean;
  readonly titleOf: (piece: Piece) => string;
  readonly voiceOf: (completionId: string) => MarkVoice;
  readonly review: (review: NewReview) => Promise<ReviewId>;
  readonly undoReview: (review: { id: ReviewId; completionId: CompletionId; studentId: StudentId }) => Promise<unknown>;
  readonly move: (asked: Omit<Move, 'newCompletionId'>) => Promise<Move>;
  readonly undoMove: (moved: Move) => Promise<void>;
}

type OpenView = { -readonly [Name in keyof QueueView]: QueueView[Name] };

const page = 30;

/** The marking desk: what is in the queue, what lies open, and the mark that is being made. */
export class MarkingDesk {
  readonly view = $state<OpenView>({ ...usualView });
  readonly draft = new MarkDraft();

  #source: DeskSource;
  #selectedId = $state<string | null>(null);
  /** What lies open. Without having been chosen it stays while the view does: news never puts another piece under the keys. */
  #open = $state.raw<{ readonly id: string; readonly view: string } | null>(null);
  readonly #view = $derived.by(() => JSON.stringify({ ...this.view, find: this.view.find.trim() }));
  readonly #stayingId = $derived.by(() => (this.#open?.view === this.#view ? this.#open.id : null));
  #shown = $state(page);
  /** Marks of this visit by completion, from the moment the key is pressed. */
  #marks = new SvelteMap<string, Mark>();
  #moved = new SvelteSet<MovedPiece>();
  #history: (Mark | MovedPiece)[] = [];
  /** Taken back in this visit: they wait again at once, before the device's own record says so. */
  #undone = new SvelteSet<string>();

  readonly #kept = $derived.by(
    () =>
      new Set([
        ...this.#marks.keys(),
        ...this.#undone,
        ...[this.#selectedId, this.#source.isSettled() ? this.#stayingId : null].filter((id) => id !== null),
      ]),
  );
  /** What has not changed stays the same object: its row is not drawn again, nor its words looked at anew. */
  #known = new Map<string, QueueItem>();
  readonly all: readonly QueueItem[] = $derived.by(() => {
    const items = buildQueue(this.#source.pieces(), this.#source.childrenById(), this.#kept, this.#source.titleOf);
    const known = this.#known;
    this.#known = new Map();
    return items.map((item) => {
      const isMarked = this.#marks.has(item.id) || (item.isMarked && !this.#undone.has(item.id));
      const before = known.get(item.id);
      const isSame = before?.piece === item.piece && before.child === item.child && before.title === item.title;
      const kept = isSame && before.isMarked === isMarked ? before : { ...item, isMarked };
      this.#known.set(item.id, kept);
      return kept;
    });
  });
  readonly clubs = $derived.by(() => countClubs(this.all));
  readonly visible: readonly QueueItem[] = $derived.by(() => viewQueue(this.all, this.view));
  readonly left: number = $derived.by(() => this.all.reduce((count, item) => count + (item.isMarked ? 0 : 1), 0));
  readonly current: QueueItem | null = $derived.by(() => {
    const selected = this.visible.find((item) => item.id === this.#selectedId);
    const open = selected ?? this.visible.find((item) => item.id === this.#stayingId);
    return open ?? this.visible.find((item) => !item.isMarked) ?? this.visible[0] ?? null;
  });
  /** The part of the list that is drawn: long enough to hold what is open. */
  readonly drawn: readonly QueueItem[] = $derived.by(() => {
    const at = this.current === null ? 0 : this.visible.indexOf(this.current);
    return this.visible.slice(0, Math.max(this.#shown, Math.ceil((at + 5) / page) * page));
  });
  /** The one star of the child's week is on another piece already: a second would count for nothing. */
  readonly isStarGiven: boolean = $derived.by(() => {
    if (this.current === null) return false;
    const { completion, date } = this.current.piece;
    return hasStarInWeek(this.#source.piecesOf(completion.studentId), date);
  });
  /** Whether "try again" says why: a child is not sent back to work without a word. */
  readonly saysWhy: boolean = $derived.by(
    () => this.draft.words !== null || (this.current !== null && this.#source.voiceOf(this.current.id) === 'kept'),
  );
  /** How much `U` can take back. */
  readonly undoable: number = $derived.by(() => this.#marks.size + this.#moved.size);

  /** Call it in a component's initialisation. */
  constructor(source: DeskSource) {
    this.#source = source;
    $effect(() => {
      const id = this.current?.id ?? null;
      const view = this.#view;
      untrack(() => {
        // Where a filter, or news, has put another piece on the desk, what was begun for the last one is not for it.
        if (this.#open?.id !== id) this.draft.clear();
        if (this.#open?.id !== id || this.#open?.view !== view) this.#open = id === null ? null : { id, view };
      });
    });
  }

  /** Whether words or filters leave something of the queue out. */
  get isNarrowed(): boolean {
    return this.view.find !== '' || countFilters(this.view) > 0;
  }

  get address(): QueueAddress {
    return { ...this.view, pieceId: this.#selectedId };
  }

  restore({ pieceId, ...view }: QueueAddress): void {
    Object.assign(this.view, view);
    this.select(pieceId);
  }

  /** All that waits, in the order that was chosen. */
  showAll(): void {
    Object.assign(this.view, { ...usualView, sort: this.view.sort });
  }

  markOf(id: string): Mark | null {
    return this.#marks.get(id) ?? null;
  }

  select(id: string | null): void {
    if (id !== this.#selectedId) this.draft.clear();
    this.#selectedId = id;
  }

  step(by: 1 | -1): void {
    this.select(stepFrom(this.visible, this.current?.id ?? null, by));
  }

  showMore(): void {
    this.#shown = this.drawn.length + page;
  }

  /** A number key: in "try again" it sends at once, else it puts a comment by, or away again. */
  comment(number: number): void {
    this.draft.choose(number);
    if (this.draft.mode === 'again') this.give('returned');
  }

  /** Marks the open piece and goes on with the next; nothing where it is marked already. */
  give(verdict: GivenVerdict, comment: string | null = this.draft.words): void {
    const item = this.current;
    if (item === null || item.isMarked) return;
    // What is set aside takes no voice with it.
    if (verdict !== 'void' && this.#source.voiceOf(item.id) === 'under_way') {
      this.#source.onstillrecording();
      return;
    }
    const { studentId } = item.piece.completion;
    const completionId = v.parse(parseCompletionId, item.id);
    const isApproved = verdict === 'approved';
    const star = isApproved && this.draft.star && !this.isStarGiven;
    const sticker = isApproved ? this.draft.sticker : null;
    const next = nextToMark(this.visible, item.id);
    const mark: Mark = {
      completionId,
      studentId,
      child: item.child,
      verdict,
      reviewId: this.#source.review({ completionId, studentId, verdict, comment, sticker, star }),
    };
    this.#undone.delete(item.id);
    this.#marks.set(item.id, mark);
    this.#history.push(mark);
    mark.reviewId.catch((reason: unknown) => {
      this.#forget(mark);
      this.#source.onfailure(mark, reason);
    });
    this.draft.clear();
    this.#selectedId = next ?? item.id;
    this.#source.onmark(mark, this.left, this.visible.find(({ id }) => id === next) ?? null);
  }

  /**
   * Gives the open piece to the child whose it is, and goes on with the next.
   *
   * @throws Error when the device could not keep it; then nothing has changed
   */
  async move(to: Child): Promise<void> {
    const item = this.current;
    if (item === null || item.isMarked) return;
    const completionId = v.parse(parseCompletionId, item.id);
    const next = nextToMark(this.visible, item.id);
    const asked = { studentId: item.piece.completion.studentId, completionId, toStudentId: to.studentId };
    const moved: MovedPiece = { completionId, from: item.child, to, move: await this.#source.move(asked) };
    this.#moved.add(moved);
    this.#history.push(moved);
    this.draft.clear();
    this.#selectedId = next;
    const left = this.all.reduce((count, one) => count + (one.isMarked || one.id === item.id ? 0 : 1), 0);
    this.#source.onmove(moved, left, this.visible.find(({ id }) => id === next) ?? null);
  }

  /** Takes back the newest mark of this visit, or the one of `id`, and opens its piece; or moves a piece back. */
  async undo(id?: string): Promise<void> {
    const mark = id === undefined ? this.#history.at(-1) : this.#marks.get(id);
    if (!mark) return;
    if ('move' in mark) {
      await this.#undoMove(mark);
      return;
    }
    this.#forget(mark);
    this.#undone.add(mark.completionId);
    this.select(mark.completionId);
    try {
      await this.#source.undoReview({ id: await mark.reviewId, completionId: mark.completionId, studentId: mark.studentId });
      this.#source.onundo(mark, this.left);
    } catch (reason) {
      this.#source.onfailure(mark, reason);
    }
  }

  async #undoMove(moved: MovedPiece): Promise<void> {
    this.#forget(moved);
    try {
      await this.#source.undoMove(moved.move);
      this.#source.onmoveback(moved);
    } catch (reason) {
      this.#source.onfailure(moved, reason);
    }
  }

  #forget(mark: Mark | MovedPiece): void {
    this.#history = this.#history.filter((one) => one !== mark);
    if ('move' in mark) this.#moved.delete(mark);
    else if (this.#marks.get(mark.completionId) === mark) this.#marks.delete(mark.completionId);
  }
}
