import type { EnvelopeContent } from '#domain/delivery/envelope.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { numberAfter, type Lens } from '#domain/sync/lenses/lens.ts';
import { changedFields, isDeleted, isSameContent, mergeFields } from '#domain/sync/merge.ts';
import type { PushRequest, PushResponse, WireDocument } from '#domain/sync/protocol.ts';
import type { Transaction } from '../database/connections.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Entered } from '../database/enter.ts';
import type { Care } from '../sync/apply.ts';
import { pushers } from '../sync/collections/pushers.ts';
import { keepRefused, type RefusedRow } from '../sync/rejections.ts';

export type SealedDocuments = Extract<EnvelopeContent, { kind: 'documents' }>;
type SealedPush = SealedDocuments['pushes'][number];
type Row = PushRequest['rows'][number];

/** Why this cannot be applied at all, whoever wrote it; null where it can. */
export function faultOf({ pushes, schema }: SealedDocuments, lenses: readonly Lens[]): ErrorCode | 'waits' | null {
  if (schema > numberAfter(lenses)) return 'waits';
  if (schema < 1) return 'too_old';
  const isWhole = pushes.every(
    ({ collection, rows }) =>
      pushers[collection] !== undefined && new Set(rows.map(({ newDocumentState: { id } }) => id)).size === rows.length,
  );
  return isWhole ? null : 'invalid_document';
}

/**
 * Applies what an envelope holds in the transaction of its author, as pushes are applied (S12–S16). Nobody is there to merge what
 * conflicts: it is merged here as a device would, and what loses is set aside with a notice.
 */
export async function applyDocuments(
  sql: Transaction,
  entering: Promise<Entered>,
  keyring: Keyring,
  { pushes, schema, device }: SealedDocuments,
  care: Care,
  lenses: readonly Lens[],
): Promise<void> {
  for (const { collection, rows } of pushes) {
    const push = pushers[collection];
    if (!push || rows.length === 0) continue;
    const answer = await push(sql, entering, keyring, { schema, device, rows }, care, lenses);
    const { again, lost } = mergeAll(rows, answer);
    const merged = again.length > 0 ? await push(sql, entering, keyring, { schema, device, rows: again }, care, lenses) : nothingWrong;
    // The rows are locked: what conflicts twice is at odds with itself, and nobody's to mend here.
    const setAside = [...lost, ...conflictsOf(again, merged).map(({ own }) => refusedRow(own.newDocumentState))];
    await keepRefused(sql, await entering, keyring, collection, setAside);
  }
}

const nothingWrong: PushResponse = { conflicts: [], rejections: [] };

/** Rows that were neither applied nor refused, each with what the server has. */
function conflictsOf(rows: SealedPush['rows'], { conflicts, rejections }: PushResponse): { own: Row; server: WireDocument }[] {
  const refused = new Set(rejections.map(({ id }) => id));
  const serverById = new Map(conflicts.map((document) => [document.id, document]));
  return rows.flatMap((own) => {
    const server = serverById.get(own.newDocumentState.id);
    return server && !refused.has(server.id) ? { own, server } : [];
  });
}

function mergeAll(rows: SealedPush['rows'], answer: PushResponse): { again: Row[]; lost: RefusedRow[] } {
  const again: Row[] = [];
  const lost: RefusedRow[] = [];
  for (const { own: row, server } of conflictsOf(rows, answer)) {
    const { newDocumentState: own, assumedMasterState } = row;
    const base = assumedMasterState ?? undefined;
    // An edit outlives a removal: that it was to go is no work.
    if (isDeleted(own)) continue;
    if (isDeleted(server)) {
      // Without a base it is what was here once, and was taken away since.
      if (base) lost.push(refusedRow({ ...changedFields(base, own), id: own.id }));
      continue;
    }
    const { merged, clashes } = mergeFields(base, own, server);
    if (Object.keys(clashes).length > 0) lost.push(refusedRow({ ...clashes, id: own.id }));
    if (isSameContent(merged, server)) continue;
    again.push({ newDocumentState: { ...merged, id: server.id, _deleted: false }, assumedMasterState: server });
  }
  return { again, lost };
}

function refusedRow(payload: { readonly id: string }): RefusedRow {
  return { id: payload.id, code: 'clash', payload, isKept: true };
}
