import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';

/** Runs `work` in a transaction of the author of an envelope; may run it again. */
export type AsAuthor = <Result>(work: (sql: Transaction, entering: Promise<Entered>) => Promise<Result>) => Promise<Result>;
