/** A document's content as both sides compare it; `version` and RxDB's `_deleted` are no content. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Merge {
  /** What the document shall be: the server's, with every change that only this side made. */
  readonly merged: Fields;
  /** This side's values of the fields that both sides changed, differently; to be set aside (S15). */
  readonly clashes: Fields;
}

const notContent = new Set(['version', '_deleted', '_rev', '_meta', '_attachments']);

/**
 * Three-way merge by field. A field that only one side changed takes that side's value; where both did, the server's
 * stands and the own value is a clash. Without a `base` nobody can say who changed what: the server's stands in all
 * that differs.
 */
export function mergeFields(base: Fields | undefined, own: Fields, server: Fields): Merge {
  const merged: Record<string, unknown> = { ...server };
  const clashes: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(own)) {
    if (notContent.has(field) || isSame(value, server[field])) continue;
    if (base && isSame(value, base[field])) continue;
    if (base && isSame(server[field], base[field])) merged[field] = value;
    else clashes[field] = value;
  }
  return { merged, clashes };
}

/** The fields in which `own` differs from `base`; all of its content where there is no base. */
export function changedFields(base: Fields | undefined, own: Fields): Fields {
  return Object.fromEntries(
    Object.entries(own).filter(([field, value]) => !notContent.has(field) && !(base && isSame(value, base[field]))),
  );
}

/** What a document says, without where it stands. */
export function contentOf(document: Fields): Fields {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !notContent.has(field)));
}

/** Whether two documents hold the same content; `version` is where a document stands, not what it says. */
export function isSameContent(one: Fields, other: Fields): boolean {
  if (isDeleted(one) !== isDeleted(other)) return false;
  // Of a document that is gone nothing but its going counts: a tombstone has neutral values.
  if (isDeleted(one)) return true;
  // Ten thousand of these make a first sync: no list of the fields is made.
  for (const field in one) if (!notContent.has(field) && !isSame(one[field], other[field])) return false;
  for (const field in other) if (!(field in one) && !notContent.has(field) && other[field] !== undefined) return false;
  return true;
}

/** Whether `document` says all that `content` says. A field that is missing in `content` is unknown, never null (S28). */
export function says(document: Fields, content: Fields): boolean {
  return Object.entries(content).every(([field, value]) => notContent.has(field) || isSame(document[field], value));
}

export function isDeleted(document: Fields): boolean {
  return document['_deleted'] === true;
}

/** Equality of JSON values; a field that is missing is not one that is null. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => key in other && isSame(Reflect.get(one, key), Reflect.get(other, key)));
}
