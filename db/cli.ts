import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import postgres from 'postgres';
import { readConfig, type Config } from '#server/config.ts';
import { createKeyring } from '#server/database/crypto/keyring.ts';
import { loadMasterKey } from '#server/database/crypto/master-key.ts';
import { StartError } from '#server/start-error.ts';
import { openEvidenceStore } from '#server/evidence/open-evidence-store.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import { adoptRestore } from './adopt-restore.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import { migrate, rollback, status } from './migrate.ts';
import { ensureReachable } from './reachable.ts';
import { replaceMasterKey } from './replace-master-key.ts';
import { prepareRoles } from './roles.ts';
import { rotateKeys } from './rotate-keys.ts';
import { seedDemoSchools } from './seed/index.ts';
import { verifyEveryAudit } from './verify-audit.ts';
import { tags } from './tags/index.ts';
import { recordOfProcessing } from './tags/record.ts';

interface Context {
  readonly config: Config;
  readonly adminUrl: string;
  /** What stands behind the command. */
  readonly given: readonly string[];
}

const commands: Readonly<Record<string, { readonly sentence: string; run(context: Context): Promise<void> }>> = {
  migrate: {
    sentence: 'brings the schema up to date',
    async run({ config, adminUrl }) {
      await prepareRoles(adminUrl, await secretOf(config));
      report('Applied', await migrate(adminUrl));
    },
  },
  rollback: {
    sentence: 'takes back the last migration, or as many as you say: rollback 3',
    async run({ adminUrl, given: [argument = '1'] }) {
      const steps = Number(argument);
      if (!Number.isInteger(steps) || steps < 1) throw new StartError('Say how many migrations to take back: npm run db -- rollback 3');
      report('Taken back', await rollback(adminUrl, steps));
    },
  },
  status: {
    sentence: 'says which migrations are in and which are to come',
    async run({ adminUrl }) {
      const { applied, pending } = await status(adminUrl);
      for (const name of applied) console.log(`✓ ${name}`);
      for (const name of pending) console.log(`  ${name} (to come)`);
    },
  },
  seed: {
    sentence: 'fills in the two demo schools, once',
    run: seed,
  },
  'verify-audit': {
    sentence: 'checks the audit log of every school, and names the first row that is not as it was sealed',
    async run({ config, adminUrl }) {
      const { lines, isWhole } = await verifyEveryAudit(adminUrl, await createFileVault(config.vaultDirectory));
      for (const line of lines) console.log(line);
      if (!isWhole)
        throw new StartError('The audit log was tampered with. Keep the database as it is, and find out who could write to it.');
    },
  },
  'rotate-keys': {
    sentence: 'gives a school and its children new keys, or one child: rotate-keys oak-hill [student id]',
    async run({ config, adminUrl, given: [school, studentId = null] }) {
      if (school === undefined) throw new StartError('Say whose keys: npm run db -- rotate-keys oak-hill [student id]');
      const { secret, keyring } = await openKeys(config);
      await rotateKeys({ adminUrl, secret, keyring, school, studentId, log: console.log });
    },
  },
  'adopt-restore': {
    sentence: 'takes a restored database as the one to go on with: erases again who was erased, begins another epoch',
    async run({ config, adminUrl }) {
      const { secret, vault, keyring } = await openKeys(config);
      await prepareRoles(adminUrl, secret);
      const { epoch, erasedAgain, revived } = await adoptRestore({ adminUrl, secret, vault, keyring });
      console.log(`Epoch ${String(epoch)} begins. Erased again: ${String(erasedAgain)}. Retired keys that open again: ${String(revived)}.`);
      console.log('Start the servers: every device begins anew, and sends what the backup does not have.');
    },
  },
  'replace-master-key': {
    sentence: 'wraps all keys with another master key, made where the file is not there: replace-master-key new.key',
    async run({ config, adminUrl, given: [file] }) {
      if (file === undefined) throw new StartError('Say which file holds the new master key: npm run db -- replace-master-key new.key');
      const { masterKey, vault } = await openKeys(config);
      const newKey = await loadMasterKey(file);
      const files = await replaceMasterKey(vault, masterKey, newKey);
      // The roles' passwords follow from the master key.
      await prepareRoles(adminUrl, newKey.toString('hex'));
      console.log(
        `${String(files)} files of the vault are wrapped anew. Put ${file} in the place of ${config.masterKeyFile}, and start the servers.`,
      );
    },
  },
  reset: {
    sentence: 'throws everything away, keys included, and begins anew with the demo schools',
    async run(context) {
      refuseInProduction(context.config, 'reset throws every school away');
      const { evidencePlace } = context.config;
      if (evidencePlace.kind !== 'file')
        throw new StartError('reset empties no bucket. Empty it yourself, or set EVIDENCE_STORE to a folder, and start again.');
      await dropEverything(context.adminUrl);
      await rm(context.config.vaultDirectory, { recursive: true, force: true });
      await rm(evidencePlace.directory, { recursive: true, force: true });
      await prepareRoles(context.adminUrl, await secretOf(context.config));
      await migrate(context.adminUrl);
      await seed(context);
    },
  },
};

/** What needs no database. */
const papers: Readonly<Record<string, { readonly sentence: string; run(): Promise<void> }>> = {
  record: {
    sentence: 'writes docs/record-of-processing.md from the tags of all columns',
    run: () => writeFile(join('docs', 'record-of-processing.md'), recordOfProcessing(tags)),
  },
};

async function seed({ config, adminUrl }: Context): Promise<void> {
  refuseInProduction(config, 'the demo schools have public passwords');
  const { secret, keyring } = await openKeys(config);
  const evidenceStore = await openEvidenceStore(config.evidencePlace);
  await seedDemoSchools({ adminUrl, secret, keyring, evidenceStore, today: new Date(), log: console.log });
}

async function openKeys(config: Config) {
  const masterKey = await loadMasterKey(config.masterKeyFile, !config.isProduction);
  const vault = await createFileVault(config.vaultDirectory);
  return { masterKey, vault, secret: masterKey.toString('hex'), keyring: createKeyring({ vault, masterKey }) };
}

function refuseInProduction({ isProduction }: Config, reason: string): void {
  if (isProduction) throw new StartError(`Not with NODE_ENV=production: ${reason}.`);
}

async function secretOf(config: Config): Promise<string> {
  return (await loadMasterKey(config.masterKeyFile)).toString('hex');
}

/** Only what StudyStreaks made: the server, its roles and its other databases are not ours to remove. */
async function dropEverything(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql.begin(async (transaction) => {
      await transaction`drop schema if exists app cascade`;
      await transaction`drop schema if exists jobs cascade`;
      await transaction`drop schema public cascade`;
      await transaction`create schema public`;
      await transaction`grant usage on schema public to public`;
    });
  } finally {
    await sql.end();
  }
}

function report(what: string, names: readonly string[]): void {
  if (names.length === 0) console.log('Nothing to do.');
  for (const name of names) console.log(`${what}: ${name}`);
}

async function main([name = '', ...given]: readonly string[]): Promise<void> {
  const paper = Object.hasOwn(papers, name) ? papers[name] : undefined;
  if (paper) return paper.run();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const list = Object.entries({ ...commands, ...papers }).map(
      ([known, { sentence }]) => `  npm run db -- ${known.padEnd(18)}  ${sentence}`,
    );
    throw new StartError(`Say what to do with the database:\n${list.join('\n')}`);
  }
  const config = readConfig(process.env);
  const embedded = config.databaseUrl === null ? await startEmbeddedPostgres({ directory: join('.data', 'postgres') }) : null;
  try {
    const adminUrl = embedded?.url ?? config.databaseUrl;
    if (adminUrl === null) throw new Error('Broken promise: there is a database by now');
    await ensureReachable(adminUrl);
    await command.run({ config, adminUrl, given });
  } finally {
    await embedded?.stop();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
