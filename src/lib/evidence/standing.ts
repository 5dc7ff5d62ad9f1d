import type { LocalDatabase } from '../data/local-database.ts';
import type { OwnerStore } from '../data/owner-store.ts';
import type { Standing } from './uploader.ts';

/** What this device's homework and receipts say of a file. */
export async function standingOf(database: LocalDatabase, store: OwnerStore, evidenceId: string): Promise<Standing> {
  const homework = (await database.find('completions')).find(({ evidenceIds }) => evidenceIds.includes(evidenceId));
  if (!homework) {
    const isSetAside = (await store.quarantine()).some(({ fields }) => names(fields['evidenceIds'], evidenceId));
    return { homework: isSetAside ? 'waits' : 'none', receipt: null };
  }
  const [receipt] = await database.get('receipts', [homework.id]);
  const isAcknowledged = homework.version > 0 || !database.unsent.list.has('completions', homework.id);
  return {
    homework: isAcknowledged ? 'acknowledged' : 'waits',
    receipt: receipt?.evidence.find(({ id }) => id === evidenceId) ?? null,
  };
}

function names(ids: unknown, evidenceId: string): boolean {
  return Array.isArray(ids) && ids.includes(evidenceId);
}
