import type { TransactionSql } from 'postgres';
import type { SubjectCipher } from '#server/database/crypto/keyring.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoSchool } from './model.ts';
import { foundedAt, seedId } from './seed-id.ts';

/** What an assistant has noticed; the safeguarding lead has seen to the first. */
const concerns = [
  {
    words: 'Came without a coat again, and said that there was no breakfast.',
    outcome: 'Rang home and spoke with the father. Breakfast club from Monday, a coat from the lost property.',
  },
  { words: 'Wrote this very small and crossed it out twice. Has been very quiet all week.', outcome: null },
] as const;

/** Two concerns of a class that has an assistant, each about a child and what it wrote last. */
export async function insertFlags(sql: TransactionSql, school: DemoSchool, cipherOf: (studentId: string) => SubjectCipher): Promise<void> {
  const [schoolClass] = school.classes;
  const reporter = schoolClass?.staff.find(({ isLead }) => !isLead);
  const lead = school.adults.find(({ role }) => role === 'safeguarding_lead');
  if (!schoolClass || !reporter || !lead) return;
  const pieces = school.children
    .filter(({ classId, history }) => classId === schoolClass.id && history === 'drawn')
    .flatMap(({ id }) => school.completions.findLast(({ studentId, writtenWork }) => studentId === id && writtenWork !== null) ?? []);
  const rows = concerns.flatMap(({ words, outcome }, index) => {
    const piece = pieces[index];
    if (!piece) return [];
    const id = seedId(foundedAt, school.slug, 'flag', String(index));
    const seal = (column: string, text: string) =>
      cipherOf(piece.studentId).encrypt({ table: 'safeguarding_flags', column, row: id }, text);
    return {
      school_id: school.id,
      id,
      student_id: piece.studentId,
      completion_id: piece.id,
      reporter_id: reporter.teacherId,
      text_encrypted: seal('text_encrypted', words),
      created_at: piece.receivedAt,
      state: outcome === null ? 'open' : 'handled',
      handled_by: outcome === null ? null : lead.id,
      handled_at: outcome === null ? null : piece.receivedAt,
      outcome_encrypted: outcome === null ? null : seal('outcome_encrypted', outcome),
    };
  });
  // A child has told of a worry itself, by a picture and without a word.
  const [, , third] = pieces;
  const id = seedId(foundedAt, school.slug, 'flag', 'worry');
  const worries = third && [
    {
      school_id: school.id,
      id,
      student_id: third.studentId,
      reporter_id: third.studentId,
      about_encrypted: cipherOf(third.studentId).encrypt({ table: 'safeguarding_flags', column: 'about_encrypted', row: id }, 'online'),
      created_at: third.receivedAt,
      state: 'open',
    },
  ];
  await insertRows(sql, 'safeguarding_flags', rows);
  await insertRows(sql, 'safeguarding_flags', worries ?? []);
}
