import process from 'node:process';
import { roleUrl } from '#db/roles.ts';
import { lenses } from '#domain/sync/lenses/index.ts';
import type { Lens } from '#domain/sync/lenses/lens.ts';
import { createSealing } from './audit/sealing.ts';
import { createAccounts } from './auth/accounts.ts';
import { createSignInLimits, type SignInAllowances } from './auth/limits.ts';
import { createPasswords } from './auth/passwords.ts';
import { createSessionCookie } from './auth/session-cookie.ts';
import { createSessionKeeper } from './auth/session-keeper.ts';
import { createSessions } from './auth/sessions.ts';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { createEvidence } from './evidence/evidence.ts';
import type { EvidenceStore } from './evidence/evidence-store.ts';
import { openEvidenceStore } from './evidence/open-evidence-store.ts';
import { createKeyring } from './database/crypto/keyring.ts';
import { loadMasterKey } from './database/crypto/master-key.ts';
import { openConnections } from './database/connections.ts';
import { createWeeklyDigest } from './family/weekly-digest.ts';
import { createMailer, type MailOptions } from './mail/mailer.ts';
import { createSchoolKeys } from './delivery/school-keys.ts';
import { createRotation } from './database/crypto/rotation.ts';
import { createReadiness } from './database/readiness.ts';
import { createDeriver } from './derive/deriver.ts';
import { startJobs } from './jobs/jobs.ts';
import { listen } from './listen.ts';
import { createLog, type LogLevel } from './observability/log.ts';
import { createMetrics } from './observability/metrics.ts';
import { serveMetrics } from './observability/operations.ts';
import { createRetention } from './privacy/retention.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { StartError } from './start-error.ts';
import { startUpkeep } from './upkeep.ts';
import { createEpochKeeper } from './vault/epoch.ts';
import { createDeviceContacts } from './sync/device-contacts.ts';
import { createHub, type HubTimes } from './sync/hub.ts';
import { clockChannel, createHubSources } from './sync/live-sources.ts';
import { eraseSubject } from './vault/erasure.ts';
import { createFileVault } from './vault/file-vault.ts';
import type { Vault } from './vault/vault.ts';

export interface ServerOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Any address of the database; each pool connects as its own role. */
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  readonly vault: Vault;
  readonly evidenceStore: EvidenceStore;
  readonly publicUrl?: URL | null;
  /** Null: no mail is sent. */
  readonly mail?: MailOptions | null;
  readonly metricsPort?: number | null;
  readonly trustedProxies?: number;
  readonly buildDirectory?: string;
  readonly log?: LogLevel;
  readonly allowances?: SignInAllowances;
  readonly hubTimes?: HubTimes;
  /** Those of today, where none are given. */
  readonly lenses?: readonly Lens[];
}

export interface RunningServer {
  /** Where it can be reached from this machine. */
  readonly url: string;
  readonly metricsUrl: string | null;
  /** Closes streams, lets requests under way finish, closes the pools. */
  stop(): Promise<void>;
}

const graceMs = 3000;

/**
 * The composition root: from options to a server that answers.
 *
 * @throws StartError with a sentence that says what to do
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const {
    port,
    databaseUrl,
    masterKey,
    vault,
    evidenceStore,
    publicUrl = null,
    mail = null,
    metricsPort = null,
    trustedProxies = 0,
  } = options;
  const log = createLog(options.log ?? 'error');
  const metrics = createMetrics();
  const secret = masterKey.toString('hex');
  const connections = openConnections({
    authenticatedUser: roleUrl(databaseUrl, 'authenticated_user', secret),
    signIn: roleUrl(databaseUrl, 'sign_in', secret),
    backgroundWorker: roleUrl(databaseUrl, 'background_worker', secret),
  });
  const stops: (() => Promise<unknown>)[] = [connections.close];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };

  try {
    const readiness = createReadiness(connections.backgroundWorker);
    await readiness.require();
    const epoch = createEpochKeeper(connections.backgroundWorker, vault);
    await epoch.require();

    const keyring = createKeyring({ vault, masterKey, looked: (outcome) => metrics.cacheLookUps.inc({ cache: 'keys', outcome }) });
    const sessions = createSessions(connections.signIn);
    const deviceContacts = createDeviceContacts(connections, log);
    stops.push(deviceContacts.idle);
    const hub = createHub(createHubSources(connections), { log, metrics, ...(options.hubTimes && { times: options.hubTimes }) });
    await connections.backgroundWorker.listen(clockChannel, hub.heardOf);
    const deriver = createDeriver({
      database: connections.backgroundWorker,
      derived: hub.advance,
      failed: (error) => {
        metrics.failures.inc({ part: 'deriver' });
        log.error({ part: 'deriver', error }, 'background');
      },
    });
    stops.push(deriver.stop);
    deriver.start();
    const committed = (schoolId: string): void => {
      hub.advance(schoolId);
      deriver.kick(schoolId);
    };
    const evidence = createEvidence(connections.backgroundWorker, evidenceStore, keyring, (schoolId, outcome) => {
      if (outcome !== null) metrics.evidenceFiles.inc({ outcome });
      committed(schoolId);
    });
    const jobs = await startJobs({
      databaseUrl: roleUrl(databaseUrl, 'background_worker', secret),
      database: connections.backgroundWorker,
      retention: createRetention({
        database: connections.backgroundWorker,
        keyring,
        committed,
        eraseSubject: (schoolId, subjectId) =>
          eraseSubject({ schoolId, subjectId }, { database: connections.backgroundWorker, vault, cabinet: keyring.cabinet }),
      }),
      digest:
        mail &&
        createWeeklyDigest({
          database: connections.backgroundWorker,
          keyring,
          mailer: createMailer(mail),
          linksTo: mail.linksTo,
          ended: (outcome) => metrics.mails.inc({ outcome }),
        }),
      log,
      metrics,
      turned: committed,
    });
    stops.push(jobs.stop);
    const upkeep = startUpkeep({
      epoch,
      sealing: createSealing(connections.backgroundWorker, vault),
      rotation: createRotation({ database: connections.backgroundWorker, keyring }),
      evidence: evidence.tending,
      log,
      metrics,
    });
    stops.push(upkeep.stop);

    const app = createApp({
      connections,
      keyring,
      schoolKeys: createSchoolKeys(connections.backgroundWorker, keyring),
      evidence,
      accounts: createAccounts(connections.signIn),
      sessions,
      sessionKeeper: createSessionKeeper(sessions, log),
      passwords: createPasswords({ atOnce: 2, waitingAtMost: 200 }),
      limits: createSignInLimits(options.allowances),
      cookie: createSessionCookie(publicUrl?.protocol === 'https:'),
      deviceContacts,
      hub,
      lenses: options.lenses ?? lenses,
      committed,
      sessionEnded: hub.endSession,
      isReady: async () => (await readiness.isReady()) && (await epoch.isCurrent()),
      isServed: epoch.wasCurrent,
      metrics,
      log,
      trustedProxies,
      publicUrl,
      canSendMail: mail !== null,
      buildDirectory: options.buildDirectory ?? 'build',
    });
    const http = await listen(app, port);
    stops.push(() => http.stop(graceMs));
    // Streams never end by themselves: they are closed before the rest is waited for.
    stops.push(() => Promise.resolve(hub.stop()));
    const operations = metricsPort === null ? null : await serveMetrics(metrics, metricsPort);
    if (operations) stops.push(operations.stop);

    return {
      url: `http://localhost:${String(http.port)}`,
      metricsUrl: operations && `http://localhost:${String(operations.port)}/metrics`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// `node server/main.ts`: the server alone, on a database that is prepared already.
if (import.meta.main) {
  await runUntilStopped(async (onStop) => {
    const { databaseUrl, ...config } = readConfig(process.env);
    if (databaseUrl === null)
      throw new StartError('DATABASE_URL says which database to serve. Set it, or run npm start, which brings its own.');
    const masterKey = await loadMasterKey(config.masterKeyFile, !config.isProduction);
    const vault = await createFileVault(config.vaultDirectory);
    const evidenceStore = await openEvidenceStore(config.evidencePlace);
    const server = await startServer({ ...config, databaseUrl, masterKey, vault, evidenceStore });
    onStop(server.stop);
  });
}
