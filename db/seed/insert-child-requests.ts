import type { TransactionSql } from 'postgres';
import { insertRows, type Row } from './insert-rows.ts';
import type { DemoSchool } from './model.ts';
import { foundedAt, seedId } from './seed-id.ts';

/** What children of a class ask; the last has been talked about. */
const requests = [
  { kind: 'ask', topic: 'not_understood', isAnswered: false },
  { kind: 'delete', topic: 'written', isAnswered: false },
  { kind: 'ask', topic: 'talk', isAnswered: true },
] as const;

/** What some children of each class have asked their teachers, about what they wrote last or about nothing in particular. */
export async function insertChildRequests(sql: TransactionSql, school: DemoSchool): Promise<void> {
  await insertRows(
    sql,
    'child_requests',
    school.classes.flatMap((schoolClass) => requestsOf(school, schoolClass)),
  );
}

function requestsOf(school: DemoSchool, { id: ofClass, staff }: DemoSchool['classes'][number]): Row[] {
  const teacher = staff.find(({ isLead }) => isLead);
  const pieces = school.children
    .filter(({ classId, history }) => classId === ofClass && history === 'drawn')
    .flatMap(({ id }) => school.completions.findLast(({ studentId, writtenWork }) => studentId === id && writtenWork !== null) ?? [])
    // Others than those about whom somebody is concerned.
    .slice(4);
  return requests.flatMap(({ kind, topic, isAnswered }, index) => {
    const piece = pieces[index];
    if (!piece || !teacher) return [];
    return {
      school_id: school.id,
      id: seedId(foundedAt, school.slug, 'request', ofClass, String(index)),
      student_id: piece.studentId,
      kind,
      topic,
      completion_id: topic === 'talk' ? null : piece.id,
      created_at: piece.receivedAt,
      state: isAnswered ? 'answered' : 'open',
      answer: isAnswered ? 'talked' : null,
      answered_by: isAnswered ? teacher.teacherId : null,
      answered_at: isAnswered ? piece.receivedAt : null,
    };
  });
}
