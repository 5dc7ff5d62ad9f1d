import type { IsoDate } from '#domain/calendar/dates.ts';
import type { Transaction } from '../database/connections.ts';

/** What is due of one kind of record. */
export interface Due {
  readonly count: number;
  /** Null where nothing is due, or a record has no day. */
  readonly oldest: IsoDate | null;
}

/** What one transaction took away. */
export interface Batch {
  readonly removed: number;
  /** Nothing more was due; otherwise another batch follows. */
  readonly isDone: boolean;
}

export interface RemovalContext {
  readonly schoolId: string;
  /** Records from before this day are due. */
  readonly before: IsoDate;
  readonly now: Date;
  /** What stands for the name of an account whose row has to stay. */
  shellName(userId: string, kind: string): Promise<Buffer>;
  /** Makes what backups hold of a child unreadable. May be called again for the same child. */
  eraseSubject(studentId: string): Promise<void>;
}

/** How one kind of record is counted and removed, both by the same rule, in a transaction of background_worker. */
export interface Removal {
  due(sql: Transaction, context: Pick<RemovalContext, 'schoolId' | 'before'>): Promise<Due>;
  /** Removes one batch, small enough to hold nobody up. Each leaves things whole: a run may be cut off after any of them. */
  remove(sql: Transaction, context: RemovalContext): Promise<Batch>;
}
