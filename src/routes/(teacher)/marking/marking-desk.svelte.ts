import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import * as v from 'valibot';
import { completionId as parseCompletionId } from '#domain/ids.ts';
import type { Child } from '$lib/records/children.ts';
import type { DeskSource, GivenVerdict, Mark, MovedPiece } from './desk-source.ts';
import { MarkDraft } from './mark-draft.svelte.ts';
import type { QueueAddress } from './queue-address.ts';
import {
  buildQueue,
  countClubs,
  countFilters,
  hasStarInWeek,
  nextToMark,
  orderQueue,
  stepFrom,
  usualView,
  viewQueue,
  waits,
  type QueueItem,
  type QueueView,
} from './queue.ts';

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

  /** What does not wait and stays in the queue all the same. As words: while they are the same, nothing that follows is worked out anew. */
  readonly #keptIds = $derived.by(() => {
    const lying = [this.#selectedId, this.#source.isSettled() ? this.#stayingId : null].filter((id) => id !== null);
    const ids = new Set([...this.#marks.keys(), ...this.#undone, ...lying]);
    return Array.from(ids)
      .filter((id) => !this.#isWaiting(id))
      .toSorted()
      .join(' ');
  });
  /** A long list: one press must not build it again. It is in its order already, which makes putting a part of it in order short work. */
  readonly #queue = $derived.by(() => {
    const { pieces, childrenById, titleOf } = this.#source;
    return orderQueue(buildQueue(pieces(), childrenById(), new Set(this.#keptIds.split(' ')), titleOf), this.view.sort);
  });
  /** What has not changed stays the same object: its row is not drawn again, nor its words looked at anew. */
  #known = new Map<string, QueueItem>();
  readonly all: readonly QueueItem[] = $derived.by(() => {
    const known = this.#known;
    this.#known = new Map();
    return this.#queue.map((item) => {
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
  readonly #drawnCount: number = $derived.by(() => {
    const at = this.current === null ? 0 : this.visible.indexOf(this.current);
    return Math.max(this.#shown, Math.ceil((at + 5) / page) * page);
  });
  /** The part of the list that is drawn: long enough to hold what is open. */
  readonly drawn: readonly QueueItem[] = $derived.by(() => this.visible.slice(0, this.#drawnCount));
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

  #isWaiting(id: string): boolean {
    const piece = this.#source.pieceOf(id);
    return piece !== undefined && waits(piece);
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
