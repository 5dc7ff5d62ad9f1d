import { collectionNames } from '#domain/collections/index.ts';
import type { EnvelopeContent } from '#domain/delivery/envelope.ts';
import { must } from '#domain/must.ts';
import { isDeleted } from '#domain/sync/merge.ts';
import { schemaNumber } from '#domain/sync/protocol.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import type { UnsentRow } from '../data/unsent-list.ts';

/** Whose work it is, and by what right it is delivered. */
export interface Author {
  readonly authorId: string;
  /** The delivery token of the person, or of the class device. */
  readonly token: string;
  readonly deviceId: string;
}

/** Documents as an envelope carries them: rows as in a push, homework before the marks that name it. */
export function documentsContent({ authorId, token, deviceId }: Author, rows: readonly UnsentRow[], now: Date): EnvelopeContent {
  const pushes = collectionNames.flatMap((collection) => {
    const own = rows.filter((row) => row.collection === collection);
    return own.length === 0 ? [] : { collection, rows: own.map(toPushRow) };
  });
  return { kind: 'documents', token, authorId, pushes, schema: schemaNumber, device: deviceId, sealedAt: now.toISOString() };
}

/** What goes before the bytes of a photo or a recording. */
export function fileContent({ authorId, token }: Author, file: HeldFile): EnvelopeContent {
  const { kind: fileKind, mediaType, sha256, durationMs } = file;
  const evidenceId = must(file.evidenceId, 'what is sealed was logged');
  const wholeMs = durationMs === null ? null : Math.round(durationMs);
  return { kind: 'file', token, authorId, evidenceId, fileKind, mediaType, sha256, durationMs: wholeMs };
}

function toPushRow({ id, assumed, own }: UnsentRow) {
  // A tombstone is no state to compare with: the row is not there.
  return { assumedMasterState: assumed === null || isDeleted(assumed) ? null : { ...assumed, id }, newDocumentState: own };
}
