import { collectionNames, collections, type CollectionName } from '#domain/collections/index.ts';
import type { UserKind } from '#domain/permissions/roles.ts';
import type { Audience } from '#domain/permissions/audiences.ts';
import type { PullRequest } from '#domain/sync/protocol.ts';
import type { Reading } from './record-read.ts';

/** Whose documents are about children. */
const ofChildren: ReadonlySet<Audience> = new Set<Audience>(['class_staff', 'student', 'guardianship', 'student_staff', 'group']);

/**
 * The list of many that a device reads when it begins anew: the records of all children of its person. Null: this pull is no
 * such reading; what comes later comes a change at a time, and a child's device holds the child's own alone.
 */
export function firstSync(kind: UserKind, asked: PullRequest['collections']): Omit<Reading, 'entityId'> | null {
  if (kind === 'student') return null;
  const begun = collectionNames.filter((name) => asked[name]?.checkpoint === null && isAboutChildren(name));
  return begun.length > 0 ? { entity: 'first_sync', subjectId: null, facts: { collections: begun } } : null;
}

function isAboutChildren(name: CollectionName): boolean {
  return collections[name].audiences.some((audience) => ofChildren.has(audience));
}
