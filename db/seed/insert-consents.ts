import type { TransactionSql } from 'postgres';
import { must } from '#domain/must.ts';
import { purposes } from '#domain/consents/purposes.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoSchool } from './model.ts';

/** What guardians said, each to the newest words. */
export async function insertConsents(sql: TransactionSql, school: DemoSchool): Promise<void> {
  const versions = new Map<string, number>(purposes.map(({ name, noticeVersion }) => [name, noticeVersion]));
  await insertRows(
    sql,
    'student_consents',
    school.consents.map(({ id, studentId, guardianId, purpose, decision, decidedAt }) => ({
      school_id: school.id,
      id,
      student_id: studentId,
      guardian_id: guardianId,
      purpose,
      notice_version: must(versions.get(purpose), 'a purpose has its words'),
      decision,
      decided_at: decidedAt,
      created_at: decidedAt,
    })),
  );
}
