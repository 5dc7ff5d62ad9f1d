import type { LocalDatabase } from '../data/local-database.ts';
import { voicesToHear, type WaitingFile } from './prefetch-plan.ts';

/** What teachers have said to this family's children, by the documents of this device. */
export async function voicesHere(database: LocalDatabase): Promise<WaitingFile[]> {
  const reviews = await database.find('reviews');
  const spoken = reviews.flatMap(({ voiceId, completionId }) => (voiceId === null ? [] : [completionId]));
  return voicesToHear({ reviews, receipts: await database.get('receipts', [...new Set(spoken)]) });
}
