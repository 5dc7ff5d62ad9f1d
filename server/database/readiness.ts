import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StartError } from '../start-error.ts';
import type { Database } from './connections.ts';

export interface Readiness {
  /** The database is reached, and every migration that this server was shipped with has been applied. */
  isReady(): Promise<boolean>;
  /** @throws StartError with a sentence that says what to do, unless the database is ready */
  require(): Promise<void>;
}

export function createReadiness(backgroundWorker: Database): Readiness {
  const shipped = readdirSync(fileURLToPath(new URL('../../db/migrations', import.meta.url))).flatMap(
    (name) => /^(\d+)_.*\.sql$/.exec(name)?.[1] ?? [],
  );

  async function missing(): Promise<string[]> {
    const rows = await backgroundWorker<{ version: string }[]>`select version from schema_migrations`;
    const applied = new Set(rows.map(({ version }) => version));
    return shipped.filter((version) => !applied.has(version));
  }

  return {
    async isReady() {
      try {
        return (await missing()).length === 0;
      } catch {
        return false;
      }
    },
    async require() {
      let behind: string[];
      try {
        behind = await missing();
      } catch (error) {
        throw new StartError(unreachable(error), { cause: error });
      }
      if (behind.length > 0) throw new StartError('The database has an older schema than this server. Run: npm run db -- migrate');
    },
  };
}

function unreachable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '28P01' || code === '28000')
    return 'The database refused the server’s password. Its roles belong to another master key: check MASTER_KEY_FILE, or run: npm run db -- migrate';
  if (code === '42P01' || code === '42501') return 'The database has no schema of StudyStreaks yet. Run: npm run db -- migrate';
  return 'The database does not answer. Check that PostgreSQL runs and that DATABASE_URL is right, and start again.';
}
