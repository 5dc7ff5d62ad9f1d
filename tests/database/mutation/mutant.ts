import type { IsolationCheck } from '../isolation/checks.ts';
import type { RuleName } from '../rules/index.ts';

export interface Mutant {
  /** What somebody might do to the schema one day. */
  readonly change: string;
  readonly statements: string;
  /** The rule that names it. */
  readonly rule: RuleName;
  /** The test of the wall that sees something pass; null where nothing passes yet, and the rule alone stands in the way. */
  readonly seenBy: IsolationCheck | null;
}
