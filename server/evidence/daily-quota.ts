import { evidenceLimits } from '#domain/evidence/evidence.ts';
import { must } from '#domain/must.ts';
import type { Transaction } from '../database/connections.ts';
import type { UploadRow } from './upload-row.ts';

/**
 * Seconds until this file may begin: 0 where there is room for it today, by the school's calendar. Whoever sends for the child
 * shares in the same room: the child on each of their devices, guardians, teachers. What teachers say of the child's work has
 * room of its own.
 */
export async function secondsUntilRoom(
  sql: Transaction,
  { schoolId, studentId, id, isVoiceComment }: UploadRow,
  bytes: number,
): Promise<number> {
  // Files that are announced side by side are counted one after the other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${studentId}, 7025))`;
  const [row] = await sql<{ files: number; bytes: number; seconds: number }[]>`
    select today.files, today.bytes,
      ceil(extract(epoch from (app.today(school_id) + 1)::timestamp at time zone time_zone - now()))::integer as seconds
    from schools
    cross join lateral (
      select count(*)::integer as files, coalesce(sum(sent_bytes), 0)::integer as bytes from evidence
      where evidence.school_id = schools.school_id and student_id = ${studentId} and id <> ${id}
        and (reviewer_id is not null) = ${isVoiceComment}
        and begun_at >= app.today(schools.school_id)::timestamp at time zone time_zone
    ) today
    where schools.school_id = ${schoolId}`;
  const today = must(row, 'a request has a school');
  const hasRoom = today.files < evidenceLimits.filesADay && today.bytes + bytes <= evidenceLimits.bytesADay;
  return hasRoom ? 0 : Math.max(1, today.seconds);
}
