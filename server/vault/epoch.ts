import * as v from 'valibot';
import type { Database } from '../database/connections.ts';
import { StartError } from '../start-error.ts';
import { VaultConflict, type Vault } from './vault.ts';

/** Which life of the database this is, and how far it has come in it. */
export interface Epoch {
  readonly epoch: number;
  readonly beat: number;
}

const path = 'epoch.json';
const stored = v.object({ epoch: v.pipe(v.number(), v.integer()), beat: v.pipe(v.number(), v.integer()) });

/** What the vault says; null when it has never been told of a database. */
export async function readVaultEpoch(vault: Vault): Promise<Epoch | null> {
  return (await readStanding(vault)).epoch;
}

/** Has the vault know at least this much: of two who tell it at once, the one that is further stands. */
export async function noteEpoch(vault: Vault, next: Epoch): Promise<void> {
  for (;;) {
    const { epoch, version } = await readStanding(vault);
    if (epoch && !isBehind(epoch, next)) return;
    try {
      await vault.write(path, Buffer.from(JSON.stringify({ epoch: next.epoch, beat: next.beat })), version);
      return;
    } catch (error) {
      if (!(error instanceof VaultConflict)) throw error;
    }
  }
}

export type Standing = 'current' | 'new' | 'restored' | 'other vault';

/**
 * How a database stands to the vault. Restored: it is of another epoch, or behind what the vault was told of it, so that
 * changes, erasures among them, are missing.
 */
export function standing(database: Epoch, vault: Epoch | null): Standing {
  // The database is advanced first, so that one which is ahead has only not yet told the vault.
  if (vault) return database.epoch === vault.epoch && database.beat >= vault.beat ? 'current' : 'restored';
  return database.epoch === 1 && database.beat === 0 ? 'new' : 'other vault';
}

export interface EpochKeeper {
  /** The database is the vault's, as it stands now. */
  isCurrent(): Promise<boolean>;
  /** The same, as it was when last looked at: each minute, and with each question of readiness. */
  wasCurrent(): boolean;
  /** @throws StartError with a sentence that says what to do, unless the database is the vault's */
  require(): Promise<void>;
  /** Advances the database, then the vault, unless the database is not the vault's; says whether it is. */
  beat(): Promise<boolean>;
}

export function createEpochKeeper(backgroundWorker: Database, vault: Vault): EpochKeeper {
  let wasCurrent = false;

  async function look(): Promise<Standing> {
    // The vault first: what it is told of meanwhile is then in the database already.
    const known = await readVaultEpoch(vault);
    const [epoch] = await backgroundWorker<Epoch[]>`select epoch, beat from app.database_epoch()`;
    if (!epoch) throw new Error('Broken promise: a migrated database has its epoch');
    let stands = standing(epoch, known);
    // The vault may have been told of its database for the first time between the two looks.
    if (stands === 'other vault') stands = standing(epoch, await readVaultEpoch(vault));
    wasCurrent = isServed(stands);
    return stands;
  }

  async function beat(): Promise<boolean> {
    const stands = await look();
    if (!isServed(stands)) return false;
    // A vault that knows nothing is told before the database goes on: whoever sees that it did finds the vault told.
    if (stands === 'new') await noteEpoch(vault, { epoch: 1, beat: 0 });
    const [advanced] = await backgroundWorker<Epoch[]>`select epoch, beat from app.advance_beat()`;
    if (advanced) await noteEpoch(vault, advanced);
    return true;
  }

  return {
    isCurrent: async () => isServed(await look()),
    wasCurrent: () => wasCurrent,
    async require() {
      const stands = await look();
      if (stands === 'restored')
        throw new StartError(
          'This database is not as far as the vault knows it to have been: it was restored from a backup, or is another copy. Erasures are missing in it. If it is the one to go on with, run: npm run db -- adopt-restore',
        );
      if (stands === 'other vault')
        throw new StartError(
          'The vault does not know this database: it is another vault, or an empty one. Set VAULT to the one that belongs to it. If that one is lost, what it held the keys of is lost too; to go on without, run: npm run db -- adopt-restore',
        );
    },
    beat,
  };
}

function isServed(stands: Standing): boolean {
  return stands === 'current' || stands === 'new';
}

function isBehind(one: Epoch, other: Epoch): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.beat < other.beat);
}

async function readStanding(vault: Vault): Promise<{ epoch: Epoch | null; version: string | null }> {
  const object = await vault.read(path);
  if (!object) return { epoch: null, version: null };
  return { epoch: v.parse(stored, JSON.parse(Buffer.from(object.bytes).toString())), version: object.version };
}
