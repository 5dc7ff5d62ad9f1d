import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { loadMasterKey } from '#server/database/crypto/master-key.ts';
import { startServer, type RunningServer } from '#server/main.ts';
import { runUntilStopped } from '#server/run-until-stopped.ts';
import { createFileEvidenceStore } from '#server/evidence/file-evidence-store.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import { startMailServer } from '../setup/mail-server.ts';
import { copyBuild } from './next-version.ts';

/**
 * A process of its own for the browser tests: PostgreSQL in a temporary folder, the demo schools, the app as built. Prints its
 * address as one line of JSON; when it is told to stop it leaves nothing behind.
 */
await runUntilStopped(async (onStop) => {
  const directory = await mkdtemp(join(tmpdir(), 'studystreaks-browser-'));
  // As root, PostgreSQL runs as another user, who has to pass through.
  await chmod(directory, 0o711);
  onStop(() => rm(directory, { recursive: true, force: true }));

  const masterKey = await loadMasterKey(join(directory, 'master.key'));
  const vault = await createFileVault(join(directory, 'vault'));
  const evidenceStore = await createFileEvidenceStore(join(directory, 'evidence'));
  const database = await startEmbeddedPostgres({ directory: join(directory, 'postgres') });
  onStop(database.stop);

  const secret = masterKey.toString('hex');
  await prepareRoles(database.url, secret);
  await migrate(database.url);
  const size = process.argv[2] === 'full' ? 'full' : 'small';
  await seedDemoSchools({
    adminUrl: database.url,
    secret,
    keyring: createKeyring({ vault, masterKey }),
    today: new Date(),
    size,
    log: () => undefined,
  });

  const mailServer = await startMailServer();
  onStop(mailServer.stop);
  const serve = async (buildDirectory: string) => {
    const server = await startServer({
      port: 0,
      databaseUrl: database.url,
      masterKey,
      vault,
      evidenceStore,
      buildDirectory,
      log: 'silent',
      mail: { smtpUrl: mailServer.url, from: 'homework@oak-hill.example', linksTo: new URL('http://oak-hill.example') },
    });
    console.log(JSON.stringify({ url: server.url, adminUrl: database.url }));
    return server;
  };
  const usual = await serve('build');
  onStop(usual.stop);

  // A line on its input asks for another version of the app beside this one; there is one such at a time.
  let other: RunningServer | undefined;
  onStop(async () => other?.stop());
  createInterface(process.stdin).on('line', (version) => {
    void (async () => {
      await other?.stop();
      other = await serve(await copyBuild(join(directory, version), version));
    })();
  });
});
