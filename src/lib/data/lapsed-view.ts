import type { CollectionName, DocumentOf } from '#domain/collections/index.ts';
import type { UserKind } from '#domain/permissions/roles.ts';

interface Onlooker {
  readonly kind: UserKind;
  readonly isUnsent: (collection: CollectionName, id: string) => boolean;
}

/**
 * Whether a document is shown while the lease has lapsed: the person's own work that was not sent, and what it takes to
 * log homework: the school's clubs, and a family's own children. Nobody else's name, and nothing that anybody wrote.
 */
export function isShownLapsed<Name extends CollectionName>(
  collection: Name,
  document: DocumentOf<Name>,
  { kind, isUnsent }: Onlooker,
): boolean {
  if (isUnsent(collection, document.id)) return true;
  if (collection === 'school') return true;
  const isFamily = kind === 'student' || kind === 'parent';
  return collection === 'people' && isFamily && 'kind' in document && document.kind === 'student';
}
