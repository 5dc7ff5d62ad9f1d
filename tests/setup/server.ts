import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { createTestDatabase } from '#db/testing.ts';
import { createFileEvidenceStore } from '#server/evidence/file-evidence-store.ts';
import { createKeyring, type Keyring } from '#server/database/crypto/keyring.ts';
import { startServer, type RunningServer, type ServerOptions } from '#server/main.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import type { Vault } from '#server/vault/vault.ts';
import { demoSchools } from './demo-schools.ts';

export type TestServerOptions = Partial<Omit<ServerOptions, 'databaseUrl' | 'masterKey' | 'vault' | 'evidenceStore'>>;

export interface TestServer {
  readonly url: string;
  readonly metricsUrl: string | null;
  /** The superuser's address of the server's database. */
  readonly adminUrl: string;
  /** Statements as the superuser, past all policies. */
  readonly sql: postgres.Sql;
  readonly keyring: Keyring;
  readonly vault: Vault;
  readonly masterKey: Buffer;
  /** Where photos and recordings lie. */
  readonly evidenceDirectory: string;
  /** A second process on the same database. */
  another(options?: Partial<ServerOptions>): Promise<RunningServer>;
  /** Stops the server, drops its database, removes its vault. */
  stop(): Promise<void>;
}

/** The real server on a free port, on a database of its own that holds the demo schools. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const cluster = inject('postgres');
  const seeded = await demoSchools(cluster);
  const database = await createTestDatabase({ ...cluster, template: seeded.database });
  const directory = await mkdtemp(join(tmpdir(), 'studystreaks-server-'));
  const masterKey = Buffer.from(database.secret, 'hex');
  await cp(seeded.vault, join(directory, 'vault'), { recursive: true });
  const vault = await createFileVault(join(directory, 'vault'));
  const evidenceDirectory = join(directory, 'evidence');
  const evidenceStore = await createFileEvidenceStore(evidenceDirectory);
  const keyring = createKeyring({ vault, masterKey });
  const sql = postgres(database.adminUrl, { max: 2, onnotice: () => undefined });
  const servers: RunningServer[] = [];
  const another = async (more: Partial<ServerOptions> = {}) => {
    const server = await startServer({
      port: 0,
      log: 'silent',
      ...options,
      ...more,
      databaseUrl: database.adminUrl,
      masterKey,
      vault,
      evidenceStore: more.evidenceStore ?? evidenceStore,
    });
    servers.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await sql.end();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const { url, metricsUrl } = await another();
    return { url, metricsUrl, adminUrl: database.adminUrl, sql, keyring, vault, masterKey, evidenceDirectory, another, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
