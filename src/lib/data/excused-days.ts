import type { ExcusedDay } from '#domain/collections/excused-days.ts';
import { createDocuments, type WritingContext } from './writing.ts';

export interface ExcusingContext extends WritingContext {
  /** The device's clock. */
  readonly now: () => Date;
}

/** Excuses days; resolves with the rows' ids when they are durable on this device. */
export async function excuse(context: ExcusingContext, days: readonly Pick<ExcusedDay, 'studentId' | 'day'>[]): Promise<string[]> {
  const capturedAt = context.now().toISOString();
  return createDocuments(
    context,
    'excused_days',
    days.map(({ studentId, day }) => ({ studentId, day, state: 'excused', withdraws: null, capturedAt })),
  );
}

/** Takes excused days back, each by a row that says so. */
export async function withdrawExcuses(
  context: ExcusingContext,
  excused: readonly Pick<ExcusedDay, 'id' | 'studentId' | 'day'>[],
): Promise<void> {
  const capturedAt = context.now().toISOString();
  await createDocuments(
    context,
    'excused_days',
    excused.map(({ id, studentId, day }) => ({ studentId, day, state: 'withdrawn', withdraws: id, capturedAt })),
  );
}
