import type { RxConflictHandler } from 'rxdb';
import type { CollectionName } from '#domain/collections/index.ts';
import { changedFields, isDeleted, isSame, isSameContent, mergeFields, type Fields } from '#domain/sync/merge.ts';
import type { StoredDocument } from './json-schema.ts';

/** Where work goes that the server's state replaces (S15). */
export interface SettingAside {
  /** The server refused this document's change; it is in quarantine already. */
  isRefused(collection: CollectionName, id: string): boolean;
  /** The document was sealed here in just this state, and may have been delivered (S30). */
  wasSealed(collection: CollectionName, document: StoredDocument): Promise<boolean>;
  setAside(collection: CollectionName, id: string, kind: 'created' | 'changed', fields: Fields): Promise<void>;
}

/** How RxDB compares documents, and what becomes of two states of one. */
export function conflictHandlerOf(collection: CollectionName, aside: SettingAside): RxConflictHandler<StoredDocument> {
  return {
    isEqual: (one, other, context) =>
      // 'downstream-check-if-equal-1' asks whether the fork is already exactly the master's: there the version counts,
      // or a document that was pushed would never learn the version that the server gave it.
      context === 'downstream-check-if-equal-1'
        ? one._deleted === other._deleted && isSame({ ...one }, { ...other })
        : isSameContent(one, other),
    resolve: async ({ assumedMasterState, newDocumentState: own, realMasterState: server }) => {
      if (aside.isRefused(collection, own.id)) return server;
      // Nobody else wrote it: an earlier state of the very work that stands here was delivered in an envelope.
      const base = (await aside.wasSealed(collection, server)) ? server : assumedMasterState;
      if (isDeleted(own) && base === server) return { ...own, version: server.version };
      // An edit outlives a removal: what somebody wrote meanwhile is work, that it was to go is none.
      if (isDeleted(own)) return server;
      if (isDeleted(server)) {
        await aside.setAside(collection, own.id, base ? 'changed' : 'created', changedFields(base, own));
        return server;
      }
      const { merged, clashes } = mergeFields(base, own, server);
      // Durable before the server's value takes the place of the person's own.
      if (Object.keys(clashes).length > 0) await aside.setAside(collection, own.id, 'changed', clashes);
      return { ...server, ...merged, id: server.id, version: server.version, _deleted: false };
    },
  };
}
