import { VaultConflict, type Vault } from './vault.ts';

/** Who was erased: ids and a moment, nothing else. */
export interface Erased {
  readonly schoolId: string;
  readonly subjectId: string;
}

const folder = 'erasures';

/** Notes that somebody was erased, before anything of theirs is deleted: whatever is cut off can then be gone through again. */
export async function noteErasure(vault: Vault, { schoolId, subjectId }: Erased, now: Date): Promise<void> {
  try {
    await vault.write(pathOf({ schoolId, subjectId }), Buffer.from(JSON.stringify({ erasedAt: now.toISOString() })), null);
  } catch (error) {
    // They are in the ledger already.
    if (!(error instanceof VaultConflict)) throw error;
  }
}

export async function isErased(vault: Vault, erased: Erased): Promise<boolean> {
  return (await vault.read(pathOf(erased))) !== null;
}

/** Everybody who was erased, of one school or of all. */
export async function listErased(vault: Vault, schoolId?: string): Promise<Erased[]> {
  const paths = await vault.list(schoolId === undefined ? folder : `${folder}/${schoolId}`);
  return paths.flatMap((path) => {
    const [, school, subject] = /^erasures\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    return school !== undefined && subject !== undefined ? [{ schoolId: school, subjectId: subject }] : [];
  });
}

function pathOf({ schoolId, subjectId }: Erased): string {
  return `${folder}/${schoolId}/${subjectId}.json`;
}
