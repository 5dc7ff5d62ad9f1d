import type { Head } from '#server/database/enter.ts';
import type { Variant } from './variant.ts';

/** A document's content. Its bucket is `scope`, for ever (S4). */
export interface Content {
  readonly scope: string;
  readonly words: string;
  readonly minutes: number;
}

export interface IndexRow {
  readonly id: string;
  version: number;
  readonly createdVersion: number;
  isDeleted: boolean;
  content: Content;
}

export interface Grant {
  readonly user: string;
  readonly scope: string;
  readonly fromVersion: number;
  toVersion: number | null;
}

export interface Write {
  readonly id: string;
  /** Null to take it away. */
  readonly content: Content | null;
}

/** Work that began at some time and is seen when it is committed. */
export interface Transaction {
  readonly startedAt: number;
  readonly writes: readonly Write[];
}

export interface Backup {
  readonly version: number;
  readonly index: Map<string, IndexRow>;
  readonly grants: Grant[];
}

/** One school's clock and index (S1, S2): every transaction is one tick, in the order of commits. */
export class Transactions {
  readonly variant: Variant;
  /** The wall clock, of which only the broken variant makes anything. */
  now = 1;
  epoch = 1;
  version = 0;
  index = new Map<string, IndexRow>();
  grants: Grant[] = [];

  constructor(variant: Variant) {
    this.variant = variant;
  }

  get head(): Head {
    return { epoch: this.epoch, version: this.version, floor: 0 };
  }

  commit({ startedAt, writes }: Transaction): void {
    const tick = this.tick(startedAt);
    for (const { id, content } of writes) {
      const row = this.index.get(id);
      if (row) Object.assign(row, { version: tick, isDeleted: content === null, ...(content && { content }) });
      else if (content) this.index.set(id, { id, version: tick, createdVersion: tick, isDeleted: false, content });
    }
  }

  /** The version of a transaction that commits now. By `updated_at` it would be the time at which it began. */
  protected tick(startedAt = this.now): number {
    const tick = this.variant === 'updated_at cursor' ? startedAt : this.version + 1;
    this.version = Math.max(this.version, tick);
    return tick;
  }

  backup(): Backup {
    return structuredClone({ version: this.version, index: this.index, grants: this.grants });
  }

  /** S3: what happened since is gone, and the clock goes over the same numbers again in another epoch. */
  restore(backup: Backup): void {
    Object.assign(this, structuredClone(backup));
    this.epoch++;
  }
}
