import { v5 as uuidFromName } from 'uuid';
import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { errorCodes, type ErrorCode } from '#domain/errors.ts';
import { uuid } from '#domain/ids.ts';
import type { Rejection } from '#domain/sync/protocol.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import { bytesToJson } from './collections/pusher.ts';

export interface RefusedRow {
  readonly id: string;
  readonly code: ErrorCode;
  /** The document as it was pushed. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** False where nothing may be kept: the child was erased. */
  readonly isKept: boolean;
}

/**
 * Keeps what was refused, encrypted, and tells the person in plain words (S15). Ids follow from the content, so that a
 * request that is sent again adds nothing (S13). An account's notice names no child (S27).
 */
export async function keepRefused(
  sql: Transaction,
  { schoolId, userId }: Entered,
  keyring: Keyring,
  collection: CollectionName,
  refused: readonly RefusedRow[],
): Promise<Rejection[]> {
  const rejections = refused.map(({ id, code }) => ({ id, code, message: errorCodes[code] }));
  const kept = await withoutErased(
    refused.filter(({ isKept }) => isKept),
    schoolId,
    keyring,
  );
  if (kept.length === 0) return rejections;
  const cipher = await keyring.subject(schoolId, schoolId);
  const rows = kept.map(({ id, code, payload }) => {
    const text = JSON.stringify(payload);
    // The version is the server's: a device that has heard of another one meanwhile sends the same words.
    const content = JSON.stringify({ ...payload, version: undefined });
    const rejectionId = uuidFromName(['rejection', collection, id, code, content].join('|'), userId);
    return {
      id: rejectionId,
      notice_id: uuidFromName('notice', rejectionId),
      document_id: id,
      code,
      message: errorCodes[code],
      payload_encrypted: bytesToJson(cipher.encrypt({ table: 'rejected_pushes', column: 'payload_encrypted', row: rejectionId }, text)),
    };
  });
  await Promise.all([
    sql`
      insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted)
      select app.current_school_id(), id, app.current_user_id(), ${collection}, document_id, code, payload_encrypted
      from jsonb_to_recordset(${sql.json(rows)}) as refused(id uuid, document_id uuid, code text, payload_encrypted bytea)
      on conflict (school_id, id) do nothing`,
    sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, collection, document_id)
      select app.current_school_id(), notice_id, 'account', app.current_user_id(), 'rejection', code, message, ${collection}, document_id
      from jsonb_to_recordset(${sql.json(rows)}) as refused(notice_id uuid, document_id uuid, code text, message text)
      -- Who has lost every role reads no notices: no reason to fail for (S16).
      where app.reaches('account.read', app.current_user_id())
      on conflict (school_id, id) do nothing`,
  ]);
  return rejections;
}

const aboutChild = v.union([
  v.object({ studentId: uuid }),
  v.pipe(
    v.object({ payload: v.object({ studentId: uuid }) }),
    v.transform(({ payload }) => payload),
  ),
]);

/** Of a child whose key is gone nothing is kept, whatever else was wrong with it (S15). */
async function withoutErased(refused: readonly RefusedRow[], schoolId: string, keyring: Keyring): Promise<RefusedRow[]> {
  const rows = refused.map((row) => ({ row, subject: v.safeParse(aboutChild, row.payload) }));
  const subjectIds = new Set(rows.flatMap(({ subject }) => (subject.success ? subject.output.studentId : [])));
  const ciphers = await keyring.subjects(schoolId, [...subjectIds]);
  return rows.flatMap(({ row, subject }) => (subject.success && !ciphers.has(subject.output.studentId) ? [] : row));
}
