import type { TransactionSql } from 'postgres';
import type { SubjectCipher } from '#server/database/crypto/keyring.ts';
import { insertRows } from './insert-rows.ts';
import type { SpokenReview } from './insert-voice.ts';
import type { DemoSchool } from './model.ts';

/** Tasks, what children logged and what teachers said of it, as long ago as it happened. */
export async function insertHomework(
  sql: TransactionSql,
  school: DemoSchool,
  cipherOf: (studentId: string) => SubjectCipher,
  spoken: SpokenReview | null,
): Promise<void> {
  const own = { school_id: school.id };
  await insertRows(
    sql,
    'homework_tasks',
    school.tasks.map((task) => ({
      ...own,
      id: task.id,
      club_id: task.clubId,
      class_id: task.classId,
      task_group_id: task.groupId,
      title: task.title,
      instructions: task.instructions,
      strand: task.strand,
      evidence_kinds: ['written', 'show_in_class'],
      opens_on: task.opensOn,
      due_on: task.dueOn,
      set_by: task.setBy,
    })),
  );
  await insertRows(
    sql,
    'homework_completions',
    school.completions.map((one) => ({
      ...own,
      id: one.id,
      student_id: one.studentId,
      club_id: one.clubId,
      task_id: one.taskId,
      previous_attempt_id: one.previousAttemptId,
      completion_date: one.completionDate,
      evidence_kind: one.evidenceKind,
      written_work_encrypted:
        one.writtenWork === null
          ? null
          : cipherOf(one.studentId).encrypt(
              { table: 'homework_completions', column: 'written_work_encrypted', row: one.id },
              one.writtenWork,
            ),
      evidence_ids: [],
      minutes: one.minutes,
      feeling: one.feeling,
      activity: one.activity,
      captured_at: one.capturedAt,
      clock_offset_ms: one.clockOffsetMs,
      device_id: one.deviceId,
      logged_by: one.loggedBy,
      logged_by_user_id: one.loggedByUserId,
      received_at: one.receivedAt,
      effective_date: one.effectiveDate,
      status: one.status,
      punctuality: one.punctuality,
      flags: [...one.flags],
      created_at: one.receivedAt,
    })),
  );
  await insertRows(
    sql,
    'completion_reviews',
    school.reviews.map((review) => ({
      ...own,
      id: review.id,
      completion_id: review.completionId,
      student_id: review.studentId,
      reviewer_id: review.reviewerId,
      verdict: review.verdict,
      restores: review.restores,
      comment_encrypted:
        review.comment === null
          ? null
          : cipherOf(review.studentId).encrypt(
              { table: 'completion_reviews', column: 'comment_encrypted', row: review.id },
              review.comment,
            ),
      voice_id: spoken?.reviewId === review.id ? spoken.voiceId : null,
      sticker: review.sticker,
      star: review.star,
      captured_at: review.reviewedAt,
      reviewed_at: review.reviewedAt,
      created_at: review.reviewedAt,
    })),
  );
  await insertRows(
    sql,
    'excused_days',
    school.excusedDays.map(({ id, studentId, day, setBy, capturedAt }) => ({
      ...own,
      id,
      student_id: studentId,
      day,
      state: 'excused',
      set_by: setBy,
      captured_at: capturedAt,
      created_at: capturedAt,
    })),
  );
}
