import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TransactionSql } from 'postgres';
import type { SealedFiles } from '#server/evidence/sealed-files.ts';
import type { DemoSchool } from './model.ts';
import { seedId } from './seed-id.ts';

/** "Well done, Maya. I can see how carefully you worked it out. Next time, tell me how you checked it.", by a speech synthesiser. */
const recording = { url: new URL('./voice/well-done.m4a', import.meta.url), mediaType: 'audio/mp4', durationMs: 7_500 } as const;

export interface SpokenReview {
  readonly reviewId: string;
  readonly voiceId: string;
  readonly studentId: string;
}

/** The newest approval of Maya's homework, which her teacher has spoken to; null in a school without her. */
export function spokenReview(school: DemoSchool): SpokenReview | null {
  const maya = school.children.find(({ history }) => history === 'maya');
  const takenBack = new Set(school.reviews.map(({ restores }) => restores));
  const review = school.reviews
    .filter(({ id, studentId, verdict }) => studentId === maya?.id && verdict === 'approved' && !takenBack.has(id))
    .reduce<DemoSchool['reviews'][number] | null>((newest, one) => (newest && newest.reviewedAt >= one.reviewedAt ? newest : one), null);
  return (
    review && {
      reviewId: review.id,
      voiceId: seedId(Date.parse(review.reviewedAt), school.slug, 'voice', review.id),
      studentId: review.studentId,
    }
  );
}

/** The file of what was said, sealed as a teacher's is; its row has come into being with the review. */
export async function insertVoice(sql: TransactionSql, school: DemoSchool, files: SealedFiles, spoken: SpokenReview): Promise<void> {
  const bytes = await readFile(recording.url);
  const place = { schoolId: school.id, studentId: spoken.studentId, evidenceId: spoken.voiceId };
  const begun = await files.begin(place);
  const file = await files.open({ ...place, ...begun, sealedAs: null });
  await file.keep(bytes);
  await sql`
    update evidence set state = 'ready', storage_key = ${begun.storageKey}, file_key_encrypted = ${begun.fileKeyEncrypted},
      media_type = ${recording.mediaType}, bytes = ${bytes.length}, sha256 = ${createHash('sha256').update(bytes).digest()},
      duration_ms = ${recording.durationMs}
    where school_id = ${school.id} and id = ${spoken.voiceId}`;
}
