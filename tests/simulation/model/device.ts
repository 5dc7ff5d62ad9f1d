import { mergeFields, isSame, changedFields } from '#domain/sync/merge.ts';
import type { Checkpoint } from '#domain/sync/protocol.ts';
import { floorOf } from '../../../src/lib/sync/floor.ts';
import type { Page } from './pull.ts';
import type { Delivered, PushAnswer, PushedRow } from './school.ts';
import type { Content } from './transactions.ts';
import type { Variant } from './variant.ts';

/** A document on the device with what the device believes the server has. */
export interface Held {
  /** Null when it was taken away here and the server does not know. */
  readonly own: Content | null;
  readonly version: number;
  readonly base: Content | null;
  /** Whether the server has not acknowledged what stands here. */
  readonly isWaiting: boolean;
}

export interface Pulling {
  readonly from: Checkpoint | null;
  readonly page: Page;
  /** Whether a push was under way meanwhile, as far as is known. */
  isOverlapped: boolean;
}

export interface Pushing {
  readonly rows: readonly PushedRow[];
  /** Null when the request was lost. */
  readonly answer: PushAnswer | null;
}

/** How keeping a page ends: whole, or in the middle of it, before the checkpoint is written. */
export type Keeping = 'kept' | 'failed' | 'killed';

/** A device by rules S21–S24 and the merge by field. What is not under `in memory` survives a kill. */
export class ModelDevice {
  readonly user: string;
  readonly name: string;
  readonly variant: Variant;
  held = new Map<string, Held>();
  checkpoint: Checkpoint | null = null;
  /** Undefined when no pull overlapped a push. */
  floor: Checkpoint | null | undefined = undefined;
  quarantine = new Map<string, object[]>();
  /** S23, where a sync begins anew and nowhere else: it would mend what the model is to show. */
  wantsDigest = false;

  /** Without a network. */
  isOff = false;

  // In memory.
  pulling: Pulling | null = null;
  pushing: Pushing[] = [];

  constructor(name: string, user: string, variant: Variant) {
    this.name = name;
    this.user = user;
    this.variant = variant;
  }

  get waiting(): [string, Held][] {
    return Array.from(this.held).filter(([, { isWaiting }]) => isWaiting);
  }

  write(id: string, own: Content | null): void {
    const known = this.held.get(id);
    if (known && isSame(known.own, own)) return;
    this.held.set(id, { own, version: known?.version ?? 0, base: known?.base ?? null, isWaiting: true });
  }

  kill(): void {
    this.pulling = null;
    this.pushing = [];
  }

  /** Where the next pull begins: below an overlap once nothing waits (S21). */
  pullFrom(): Checkpoint | null {
    if (this.floor !== undefined && this.pushing.length === 0 && this.waiting.length === 0) {
      this.checkpoint = this.floor;
      this.floor = undefined;
    }
    return this.checkpoint;
  }

  asked(from: Checkpoint | null, page: Page): void {
    // A first sync leaves tombstones out: what is here already may have gone since.
    if (from === null && this.held.size > 0) this.wantsDigest = true;
    this.pulling = { from, page, isOverlapped: this.pushing.length > 0 };
  }

  take({ from, page, isOverlapped }: Pulling, keeping: Keeping): void {
    this.pulling = null;
    if ((isOverlapped || this.waiting.length > 0) && this.variant !== 'no floor')
      this.floor = this.floor === undefined ? from : floorOf(this.floor, from);
    const isKept = keeping === 'kept';
    for (const document of page.documents.slice(0, isKept ? undefined : Math.floor(page.documents.length / 2))) this.#keep(document);
    if (from && from.epoch !== page.checkpoint.epoch) this.wantsDigest = true;
    if (isKept || (keeping === 'failed' && this.variant === 'checkpoint past a failed batch')) this.checkpoint = page.checkpoint;
    if (keeping === 'killed') this.kill();
  }

  #keep({ id, version, content }: Delivered): void {
    // Work that waits is not overwritten: its push will tell.
    if (this.held.get(id)?.isWaiting) return;
    if (content) this.held.set(id, { own: content, version, base: content, isWaiting: false });
    else this.held.delete(id);
  }

  rowsToPush(): PushedRow[] {
    // What was changed and changed back is nobody's work, unless a push is under way.
    if (this.pushing.length === 0)
      for (const [id, held] of this.waiting) if (held.own && isSame(held.own, held.base)) this.held.set(id, { ...held, isWaiting: false });
    return this.waiting.map(([id, { own, base }]) => ({ id, own, assumed: base }));
  }

  sent(pushing: Pushing): void {
    if (this.pulling) this.pulling.isOverlapped = true;
    this.pushing.push(pushing);
  }

  takeAnswer({ rows }: Pushing, { conflicts, rejected }: PushAnswer): void {
    const masters = new Map(conflicts.map((master) => [master.id, master]));
    for (const row of rows) {
      const held = this.held.get(row.id);
      if (!held?.isWaiting) continue;
      const master = masters.get(row.id);
      if (!master) this.#acknowledge(row, held);
      else if (rejected.has(row.id)) this.#giveWay(row.id, held, master, changedFields(fields(held.base), { ...held.own }));
      else this.#resolve(row.id, held, master);
    }
  }

  #acknowledge({ id, own }: PushedRow, held: Held): void {
    if (!isSame(own, held.own)) this.held.set(id, { ...held, base: own });
    else if (own) this.held.set(id, { ...held, base: own, isWaiting: false });
    else this.held.delete(id);
  }

  #resolve(id: string, held: Held, master: Delivered): void {
    // An edit outlives a removal.
    if (!held.own) {
      this.#giveWay(id, held, master, {});
      return;
    }
    if (!master.content) {
      this.#giveWay(id, held, master, changedFields(fields(held.base), { ...held.own }));
      return;
    }
    const { merged, clashes } = mergeFields(fields(held.base), { ...held.own }, { ...master.content });
    const own = { ...master.content, ...merged };
    if (isSame(own, master.content)) this.#giveWay(id, held, master, clashes);
    else {
      this.#setAside(id, clashes);
      this.held.set(id, { own, version: master.version, base: master.content, isWaiting: true });
    }
  }

  /** The copy first, then the server's state (S15). */
  #giveWay(id: string, held: Held, { version, content }: Delivered, aside: object): void {
    this.#setAside(id, aside);
    if (content) this.held.set(id, { own: content, version, base: content, isWaiting: false });
    else this.held.delete(id);
  }

  #setAside(id: string, aside: object): void {
    if (Object.keys(aside).length > 0) this.quarantine.set(id, [...(this.quarantine.get(id) ?? []), aside]);
  }

  /** S3, S23: what the server lost is sent again; what differs is pulled again. */
  heal(versions: ReadonlyMap<string, number>): void {
    this.wantsDigest = false;
    for (const [id, held] of this.held) if (!versions.has(id)) this.held.set(id, { ...held, base: null, isWaiting: true });
    const isMissing = Array.from(versions).some(([id, version]) => this.held.get(id)?.version !== version);
    if (isMissing) this.checkpoint = null;
  }
}

function fields(content: Content | null) {
  return content ? { ...content } : undefined;
}
