import type { DocumentOf } from '#domain/collections/index.ts';
import type { QuarantineEntry } from '$lib/sync/status.svelte.ts';

type Notice = DocumentOf<'notices'>;
type Aside = readonly Pick<QuarantineEntry, 'collection' | 'id'>[];

export function byNewest(notices: readonly Notice[]): Notice[] {
  return notices.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt) || other.id.localeCompare(one.id));
}

/** Whether the sync chip tells of it already: what it is about lies set aside on this device. */
export function isTold({ collection, documentId }: Pick<Notice, 'collection' | 'documentId'>, aside: Aside): boolean {
  return aside.some((entry) => entry.id === documentId && entry.collection === collection);
}

/** What is new and told nowhere else. */
export function toRead(notices: readonly Notice[], read: { has(id: string): boolean }, aside: Aside): Notice[] {
  return notices.filter((notice) => !read.has(notice.id) && !isTold(notice, aside));
}
