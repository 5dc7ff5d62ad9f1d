import { isSame, says, type Fields } from '../merge.ts';
import type { Translation } from './translation.ts';

/** A pushed row as its app wrote it, or in today's shape. */
export interface LiftableRow {
  /** What the app took for the server's; null where it never heard of any. */
  readonly assumed: Fields | null;
  readonly content: Fields;
  readonly isDeleted: boolean;
}

/**
 * An app's row in today's shape, over what the server has (S28). What an older app does not know, or a device that was updated
 * does not know yet, is in neither of its two states: here it is the server's in both, so that nothing is erased by somebody
 * who could not see it. And the app has assumed right where what it assumed is what it would be shown now, whatever that
 * showing leaves out.
 *
 * @param master what the server has, in today's shape; null where nothing
 * @param normalise makes one text of what is the same, in today's shape
 */
export function liftRow(
  { assumed, content, isDeleted }: LiftableRow,
  master: Fields | null,
  translation: Translation,
  normalise: (document: Fields) => Fields,
): LiftableRow {
  const base = assumed && normalise(translation.lift(assumed));
  const own = normalise(translation.lift(content));
  if (!master) return { assumed: base, content: isDeleted ? own : normalise(translation.create(content)), isDeleted };

  const seen = translation.lift(translation.lower(master));
  const isAssumedRight = base !== null && says(seen, base);
  if (isDeleted) {
    const isRight = base ? isAssumedRight : says(seen, own);
    return { assumed: isRight ? master : base, content: own, isDeleted };
  }
  // Already what the app wants, as far as it can see.
  if (says(seen, own)) return { assumed: base, content: master, isDeleted };
  return isAssumedRight
    ? { assumed: master, content: { ...master, ...changes(base, own) }, isDeleted }
    : { assumed: base, content: { ...master, ...own }, isDeleted };
}

function changes(base: Fields, own: Fields): Fields {
  return Object.fromEntries(Object.entries(own).filter(([field, value]) => !isSame(value, base[field])));
}
