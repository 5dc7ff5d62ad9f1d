import type { ErrorCode } from '#domain/errors.ts';
import { isSame, type Fields } from '#domain/sync/merge.ts';
import type { WireDocument } from '#domain/sync/protocol.ts';

/** What the server has of a pushed document, as far as the caller may see it. */
export type Master =
  | { readonly state: 'absent' }
  | { readonly state: 'deleted'; readonly tombstone: WireDocument }
  | { readonly state: 'present'; readonly document: WireDocument };

/** One pushed row, its document checked by the collection's schema. */
export interface PushedRow {
  readonly id: string;
  readonly isDeleted: boolean;
  /** Client-owned content (S12): neither version nor `_deleted`. */
  readonly content: Fields;
  readonly assumed: Fields | null;
}

export type Decision =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'insert' }
  | { readonly kind: 'update' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'reject'; readonly code: ErrorCode };

export interface Rules {
  /** Fields that make the document's content. */
  readonly fields: readonly string[];
  /** Documents are never changed or taken away. */
  readonly isAppendOnly: boolean;
  /** Decide the document's bucket, which never changes (S4): one of them names its scope, the others are null. */
  readonly scopeFields: readonly string[];
  /** A removal wins over what others have changed meanwhile. */
  readonly doesRemovalWin?: boolean;
}

/**
 * Compare-and-set by content (S13): a row is applied when the server still has what the device assumed, is done when the
 * server already has what it wants, and never overwrites what the device has not seen.
 */
export function decide(row: PushedRow, master: Master, rules: Rules): Decision {
  return row.isDeleted ? decideRemoval(row, master, rules) : decideWrite(row, master, rules);
}

function decideRemoval({ content, assumed }: PushedRow, master: Master, rules: Rules): Decision {
  if (master.state !== 'present') return { kind: 'unchanged' };
  if (rules.isAppendOnly) return { kind: 'reject', code: 'append_only' };
  if (rules.doesRemovalWin === true) return { kind: 'remove' };
  // A device that never heard whether its entry arrived removes what it wrote itself, and nothing else.
  return hasContent(master.document, assumed ?? content, rules) ? { kind: 'remove' } : { kind: 'conflict' };
}

function decideWrite({ content, assumed }: PushedRow, master: Master, rules: Rules): Decision {
  switch (master.state) {
    case 'absent':
      return { kind: 'insert' };
    case 'deleted':
      // Nothing that was deleted comes back by a request that was sent twice.
      return { kind: 'conflict' };
    case 'present':
      if (hasContent(master.document, content, rules)) return { kind: 'unchanged' };
      if (rules.isAppendOnly) return { kind: 'reject', code: 'append_only' };
      if (assumed === null || !hasContent(master.document, assumed, rules)) return { kind: 'conflict' };
      return rules.scopeFields.every((field) => isSame(master.document[field], content[field]))
        ? { kind: 'update' }
        : { kind: 'reject', code: 'invalid_document' };
  }
}

/** The id that a document's rights are judged by. */
export function scopeOf(content: Fields, { scopeFields }: Pick<Rules, 'scopeFields'>): string {
  return String(scopeFields.map((field) => content[field]).find((value) => value !== null && value !== undefined));
}

/** A field that is missing is unknown, never null (S28): an older device does not know it, and so cannot contradict it. */
function hasContent(document: Fields, content: Fields, { fields }: Rules): boolean {
  return fields.every((field) => !(field in content) || isSame(document[field], content[field]));
}
