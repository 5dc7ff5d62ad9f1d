import type { ErrorCode } from '#domain/errors.ts';
import { evidenceLimits, type EvidenceRefusal } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import { secondsUntilRoom } from './daily-quota.ts';
import { isTooLong } from './examine.ts';
import type { SealedFiles } from './sealed-files.ts';
import type { Announcement } from './upload-headers.ts';
import { abandonUpload, lockUpload, refuseUpload, storedFile, type UploadRow } from './upload-row.ts';

/** Days that an upload waits for its next byte; then it begins anew. */
const daysToComplete = 7;

/** How far a file is, or why it goes no further. */
export type Step =
  | { readonly kind: 'under_way'; readonly offset: number; readonly length: number; readonly expiresAt: string }
  /** All bytes are here; whether they are a file that is taken has yet to be seen. */
  | { readonly kind: 'arrived'; readonly length: number; readonly expiresAt: string }
  | { readonly kind: 'ready'; readonly length: number }
  | { readonly kind: 'ended' }
  /** `isNews`: it was taken until now. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly isNews: boolean; readonly retryAfterSeconds?: number };

/** What a transaction of a request stands on. */
export interface StepContext {
  readonly sql: Transaction;
  readonly schoolId: string;
  readonly files: SealedFiles;
}

const refused = (code: ErrorCode): Step => ({ kind: 'refused', code, isNews: false });

/** A file whose bytes may begin again: what did not arrive whole, or for what there was no consent then. */
const mayBeginAgain = new Set<EvidenceRefusal>(['broken', 'no_consent']);

/** Announces a file that homework has named; the same again changes nothing. */
export async function beginUpload(context: StepContext, announced: Announcement): Promise<Step> {
  const row = await lockPermitted(context, announced.evidenceId);
  if ('kind' in row) return row;
  const { upload } = row;
  if (upload.refusal !== null && !mayBeginAgain.has(upload.refusal)) return refused(upload.refusal);
  const isSame = upload.sentBytes === announced.bytes && announced.sha256.equals(upload.sentSha256 ?? new Uint8Array());
  if (upload.state === 'ready') return isSame ? { kind: 'ready', length: announced.bytes } : refused('upload_conflict');
  if (upload.state === 'uploading' && isSame && !upload.isExpired) return howFar(context, upload);
  if (announced.bytes > evidenceLimits.bytes) return refuse(context, upload, 'too_large');
  if (upload.kind === 'audio' && isTooLong({ ...announced, isVoiceComment: upload.isVoiceComment }))
    return refuse(context, upload, 'too_long');

  const { sql, schoolId, files } = context;
  const retryAfterSeconds = await secondsUntilRoom(sql, upload, announced.bytes);
  // Not for good: the device keeps it and comes back.
  if (retryAfterSeconds > 0) return { kind: 'refused', code: 'too_many_files_today', isNews: false, retryAfterSeconds };
  const { storageKey, fileKeyEncrypted } = await files.begin({ schoolId, studentId: upload.studentId, evidenceId: upload.id });
  const [begun] = await sql<{ expiresAt: string }[]>`
    update evidence
    set state = 'uploading', refusal = null, storage_key = ${storageKey}, file_key_encrypted = ${fileKeyEncrypted},
      sent_bytes = ${announced.bytes}, sent_sha256 = ${announced.sha256},
      duration_ms = ${upload.kind === 'audio' ? announced.durationMs : null}, arrived_at = null, begun_at = now(),
      upload_expires_at = now() + make_interval(days => ${daysToComplete})
    where school_id = ${schoolId} and id = ${upload.id}
    returning upload_expires_at as "expiresAt"`;
  return {
    kind: 'under_way',
    offset: 0,
    length: announced.bytes,
    expiresAt: must(begun, 'a row that is locked is there').expiresAt,
  };
}

/** Where a file stands, for a device that was cut off. */
export async function lookUpUpload(context: StepContext, id: string): Promise<Step> {
  const row = await lockPermitted(context, id);
  if ('kind' in row) return row;
  const { upload } = row;
  if (upload.refusal !== null) return refused(upload.refusal);
  if (upload.state === 'ready') return { kind: 'ready', length: upload.sentBytes ?? 0 };
  return upload.state === 'uploading' && !upload.isExpired ? howFar(context, upload) : refused('not_found');
}

/** Adds the part that comes next. */
export async function addPart(context: StepContext, id: string, offset: number, bytes: Uint8Array): Promise<Step> {
  const row = await lockPermitted(context, id);
  if ('kind' in row) return row;
  const { upload } = row;
  if (upload.refusal !== null) return refused(upload.refusal);
  if (upload.state === 'ready') return offset === upload.sentBytes ? { kind: 'ready', length: offset } : refused('upload_conflict');
  if (upload.state !== 'uploading' || upload.isExpired) return refused('not_found');
  const file = await context.files.open(storedFile(upload));
  if ((await file.arrivedBytes()) !== offset) return refused('upload_conflict');
  if (offset + bytes.length > must(upload.sentBytes, 'an upload has a length')) return refused('body_too_large');
  if (bytes.length > 0) await file.addPart(offset, bytes);
  return howFar(context, upload);
}

/** The device gives this upload up. The homework still names the file: it may be sent anew. */
export async function endUpload(context: StepContext, id: string): Promise<Step> {
  const row = await lockPermitted(context, id);
  if ('kind' in row) return row;
  if (row.upload.state !== 'uploading') return refused('not_found');
  await abandonUpload(context.sql, row.upload);
  return { kind: 'ended' };
}

/** Security: first whether the caller may add to it at all, then consent, then everything else. */
async function lockPermitted({ sql, schoolId }: StepContext, id: string): Promise<Step | { readonly upload: UploadRow }> {
  const upload = await lockUpload(sql, schoolId, id);
  if (!upload || (upload.state === 'withdrawn' && upload.hasConsent)) return refused('not_found');
  if (upload.hasConsent) return { upload };
  // Whoever's word it was has mostly let go of it already; consent may also have ended by itself.
  if (upload.state !== 'withdrawn' && upload.refusal === null) return refuse({ sql }, upload, 'no_consent');
  return refused('no_consent');
}

async function refuse({ sql }: Pick<StepContext, 'sql'>, upload: UploadRow, refusal: EvidenceRefusal): Promise<Step> {
  await refuseUpload(sql, upload, refusal);
  return { kind: 'refused', code: refusal, isNews: true };
}

/** The store says how much is there, so that nothing has to be written for each part; the last one is noted. */
async function howFar({ sql, schoolId, files }: StepContext, upload: UploadRow): Promise<Step> {
  const file = await files.open(storedFile(upload));
  const length = must(upload.sentBytes, 'an upload has a length');
  const expiresAt = must(upload.expiresAt, 'an upload expires');
  const offset = await file.arrivedBytes();
  if (offset < length) return { kind: 'under_way', offset, length, expiresAt };
  await sql`
    update evidence set arrived_at = now() where school_id = ${schoolId} and id = ${upload.id} and arrived_at is null`;
  return { kind: 'arrived', length, expiresAt };
}
