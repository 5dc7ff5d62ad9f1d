import * as v from 'valibot';
import { VaultConflict, type Vault } from '../vault/vault.ts';
import type { ChainEnd } from './verify.ts';

const stored = v.object({ position: v.number(), hash: v.string() });

/** Where a school's chain ended when the vault was last told: whoever has the database alone cannot shorten or replace it unseen. */
export async function readChainEnd(vault: Vault, schoolId: string): Promise<ChainEnd | null> {
  return (await readStanding(vault, schoolId)).end;
}

/** Tells the vault where a chain ends, unless it knows of a later end. */
export async function noteChainEnd(vault: Vault, schoolId: string, end: ChainEnd): Promise<void> {
  await note(vault, schoolId, end, (known) => known.position < end.position);
}

/** The same for a chain that a restore has set back; null where it had not begun. */
export async function replaceChainEnd(vault: Vault, schoolId: string, end: ChainEnd | null): Promise<void> {
  if (end) await note(vault, schoolId, end, () => true);
  else await vault.remove(pathOf(schoolId));
}

async function note(vault: Vault, schoolId: string, end: ChainEnd, replaces: (known: ChainEnd) => boolean): Promise<void> {
  for (;;) {
    const { end: known, version } = await readStanding(vault, schoolId);
    if (known && !replaces(known)) return;
    try {
      await vault.write(pathOf(schoolId), Buffer.from(JSON.stringify(end)), version);
      return;
    } catch (error) {
      if (!(error instanceof VaultConflict)) throw error;
    }
  }
}

async function readStanding(vault: Vault, schoolId: string): Promise<{ end: ChainEnd | null; version: string | null }> {
  const object = await vault.read(pathOf(schoolId));
  if (!object) return { end: null, version: null };
  return { end: v.parse(stored, JSON.parse(Buffer.from(object.bytes).toString())), version: object.version };
}

function pathOf(schoolId: string): string {
  return `audit/${schoolId}.json`;
}
