import { answeredAttempts } from '#domain/marking/status.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import { filesToMark, type WaitingFile } from './prefetch-plan.ts';

/** The files that wait for this person's mark, by the documents of this device. */
export async function waitingFiles(database: LocalDatabase, mayMark: (studentId: string) => boolean): Promise<WaitingFile[]> {
  const receipts = (await database.find('receipts', { where: { status: 'submitted' } })).filter(({ evidence }) =>
    evidence.some(({ state }) => state === 'ready'),
  );
  const completions = await database.get(
    'completions',
    receipts.map(({ id }) => id),
  );
  const answered = answeredAttempts(await database.find('completions', { where: { previousAttemptId: { $ne: null } } }));
  return filesToMark({ receipts, completions, answered, mayMark });
}
