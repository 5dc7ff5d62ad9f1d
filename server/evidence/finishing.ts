import type { EvidenceRefusal } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from '../database/connections.ts';
import { SealBroken } from '../database/crypto/envelope.ts';
import { inTransaction } from '../database/transaction.ts';
import { examine, type Examined } from './examine.ts';
import type { OpenFile, SealedFiles } from './sealed-files.ts';
import { createTurns } from './turns.ts';
import { lockUpload, refuseUpload, storedFile, type UploadRow } from './upload-row.ts';

/** What became of a file: `null` where it is gone, or another began in its place. */
export type Finished = 'ready' | EvidenceRefusal | null;

export interface Finishing {
  /** Opens a file that has arrived, and keeps what can be kept of it. May be repeated; at once, it is done once. */
  finish(schoolId: string, evidenceId: string): Promise<Finished>;
}

/** Photos that are unfolded at a time: each takes up to four bytes a pixel. */
const examinedAtOnce = 2;

/** @param database the pool of background_worker: what a file is, no request says */
export function createFinishing(database: Database, files: SealedFiles): Finishing {
  const inTurn = createTurns(examinedAtOnce);
  const underWay = new Map<string, Promise<Finished>>();

  async function finishOne(schoolId: string, evidenceId: string): Promise<Finished> {
    const upload = await asJob(database, schoolId, (sql) => lockUpload(sql, schoolId, evidenceId));
    if (upload?.state !== 'uploading') return standing(upload);
    const file = await files.open(storedFile(upload));
    const examined = await inTurn(() => examineFile(upload, file));
    if ('kept' in examined) await file.keep(examined.kept.bytes);
    const outcome = await asJob(database, schoolId, (sql) => conclude(sql, upload, examined));
    if (outcome === 'ready') await file.dropParts();
    // The row may have let go of the file, and its bytes been deleted, before this was written.
    else if ('kept' in examined) await files.remove(schoolId, storedFile(upload).storageKey);
    return outcome;
  }

  return {
    finish(schoolId, evidenceId) {
      const known = underWay.get(evidenceId);
      if (known) return known;
      const work = finishOne(schoolId, evidenceId).finally(() => underWay.delete(evidenceId));
      underWay.set(evidenceId, work);
      return work;
    },
  };
}

async function examineFile({ kind, sentBytes, sentSha256, durationMs, isVoiceComment }: UploadRow, file: OpenFile): Promise<Examined> {
  const announced = {
    kind,
    bytes: must(sentBytes, 'an upload has a length'),
    sha256: must(sentSha256, 'an upload has a hash'),
    durationMs,
    isVoiceComment,
  };
  try {
    const bytes = await file.gather();
    return bytes ? await examine(announced, bytes) : { refusal: 'broken' };
  } catch (error) {
    if (error instanceof SealBroken) return { refusal: 'broken' };
    throw error;
  }
}

/** Meanwhile consent may have been withdrawn, the homework removed, or the file begun anew. */
async function conclude(sql: Transaction, begun: UploadRow, examined: Examined): Promise<Finished> {
  const upload = await lockUpload(sql, begun.schoolId, begun.id);
  if (upload?.state !== 'uploading') return standing(upload);
  if (upload.storageKey !== begun.storageKey) return null;
  const refusal = !upload.hasConsent ? 'no_consent' : 'refusal' in examined ? examined.refusal : null;
  if (refusal !== null) {
    await refuseUpload(sql, upload, refusal);
    return refusal;
  }
  if (!('kept' in examined)) throw new Error('Broken promise: what is not refused is kept');
  const { bytes, mediaType, sha256 } = examined.kept;
  await sql`
    update evidence
    set state = 'ready', media_type = ${mediaType}, bytes = ${bytes.length}, sha256 = ${sha256}, upload_expires_at = null
    where school_id = ${upload.schoolId} and id = ${upload.id}`;
  return 'ready';
}

function standing(upload: UploadRow | null): Finished {
  return upload?.state === 'ready' ? 'ready' : (upload?.refusal ?? null);
}

function asJob<Result>(database: Database, schoolId: string, work: (sql: Transaction) => Promise<Result>): Promise<Result> {
  return inTransaction(database, 'read committed', async (sql) => {
    await sql`select app.enter_worker(${schoolId})`;
    return work(sql);
  });
}
