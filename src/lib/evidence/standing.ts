import type { LocalDatabase } from '../data/local-database.ts';
import type { OwnerStore } from '../data/owner-store.ts';
import type { Standing } from './uploader.ts';

/** What this device's homework, marks and receipts say of a file. */
export async function standingOf(database: LocalDatabase, store: OwnerStore, evidenceId: string): Promise<Standing> {
  const naming = (await homeworkNaming(database, evidenceId)) ?? (await markNaming(database, evidenceId));
  if (!naming) {
    const isSetAside = (await store.quarantine()).some(
      ({ fields }) => names(fields['evidenceIds'], evidenceId) || fields['voiceId'] === evidenceId,
    );
    return { homework: isSetAside ? 'waits' : 'none', receipt: null };
  }
  const { collection, id, version, completionId } = naming;
  const [receipt] = await database.get('receipts', [completionId]);
  const isAcknowledged = version > 0 || !database.unsent.list.has(collection, id);
  return {
    homework: isAcknowledged ? 'acknowledged' : 'waits',
    receipt: receipt?.evidence.find((one) => one.id === evidenceId) ?? null,
  };
}

/** The document that a file follows. */
interface Naming {
  readonly collection: 'completions' | 'reviews';
  readonly id: string;
  readonly version: number;
  readonly completionId: string;
}

async function homeworkNaming(database: LocalDatabase, evidenceId: string): Promise<Naming | null> {
  const homework = (await database.find('completions')).find(({ evidenceIds }) => evidenceIds.includes(evidenceId));
  return homework ? { collection: 'completions', id: homework.id, version: homework.version, completionId: homework.id } : null;
}

/** A mark that was taken back names nothing any more. */
async function markNaming(database: LocalDatabase, evidenceId: string): Promise<Naming | null> {
  if (!database.holds('reviews')) return null;
  const reviews = await database.find('reviews');
  const mark = reviews.find(({ voiceId }) => voiceId === evidenceId);
  if (!mark || reviews.some(({ restores }) => restores === mark.id)) return null;
  return { collection: 'reviews', id: mark.id, version: mark.version, completionId: mark.completionId };
}

function names(ids: unknown, evidenceId: string): boolean {
  return Array.isArray(ids) && ids.includes(evidenceId);
}
