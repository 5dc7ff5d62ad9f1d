import type { EvidenceRefusal, EvidenceReceipt, FileKind } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import type { StoredFile } from './sealed-files.ts';

/** A file that is on its way, as the database knows it. */
export interface UploadRow {
  readonly schoolId: string;
  readonly id: string;
  readonly studentId: string;
  readonly kind: FileKind;
  readonly state: EvidenceReceipt['state'];
  readonly refusal: EvidenceRefusal | null;
  readonly storageKey: string | null;
  readonly fileKeyEncrypted: Uint8Array | null;
  readonly sealedAs: string | null;
  readonly sentBytes: number | null;
  readonly sentSha256: Uint8Array | null;
  readonly durationMs: number | null;
  readonly expiresAt: string | null;
  readonly isExpired: boolean;
  /** What whoever marks says of the piece: not the child's own. */
  readonly isVoiceComment: boolean;
  /** True of a voice comment: it is not the child's voice. */
  readonly hasConsent: boolean;
}

/**
 * Locks a file's row until the commit, for whoever may add to it: the policies show it to nobody else, and what is not there
 * looks the same. Consent is asked for each time (S25).
 */
export async function lockUpload(sql: Transaction, schoolId: string, id: string): Promise<UploadRow | null> {
  const [row] = await sql<UploadRow[]>`
    select school_id as "schoolId", id, student_id as "studentId", kind, state, refusal, storage_key as "storageKey",
      file_key_encrypted as "fileKeyEncrypted", sealed_as as "sealedAs", sent_bytes as "sentBytes", sent_sha256 as "sentSha256", duration_ms as "durationMs",
      upload_expires_at as "expiresAt", coalesce(upload_expires_at < now(), false) as "isExpired",
      reviewer_id is not null as "isVoiceComment", reviewer_id is not null or app.has_consent(student_id, kind) as "hasConsent"
    from evidence
    where school_id = ${schoolId} and id = ${id}
    for update`;
  return row ?? null;
}

/** Nothing is kept of what is refused: the file is let go of with it. */
export async function refuseUpload(sql: Transaction, { schoolId, id }: UploadRow, refusal: EvidenceRefusal): Promise<void> {
  await sql`
    update evidence set state = 'refused', refusal = ${refusal}, storage_key = null where school_id = ${schoolId} and id = ${id}`;
}

/** Back to where it was before its first byte. */
export async function abandonUpload(sql: Transaction, { schoolId, id }: UploadRow): Promise<void> {
  await sql`update evidence set state = 'expected', refusal = null, storage_key = null where school_id = ${schoolId} and id = ${id}`;
}

export function storedFile({ schoolId, id, studentId, storageKey, fileKeyEncrypted, sealedAs }: UploadRow): StoredFile {
  return {
    schoolId,
    studentId,
    evidenceId: id,
    storageKey: must(storageKey, 'a file that is on its way lies somewhere'),
    fileKeyEncrypted: must(fileKeyEncrypted, 'a file has a key'),
    sealedAs,
  };
}
