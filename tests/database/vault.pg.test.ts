import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { adoptRestore } from '#db/adopt-restore.ts';
import { roleUrl } from '#db/roles.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing.ts';
import { verifyEveryAudit } from '#db/verify-audit.ts';
import { must } from '#domain/must.ts';
import { readChainEnd } from '#server/audit/chain-ends.ts';
import { createKeyring, SubjectErased, type Keyring } from '#server/database/crypto/keyring.ts';
import { createRotation } from '#server/database/crypto/rotation.ts';
import { openPool } from '#server/database/connections.ts';
import { startServer, type RunningServer } from '#server/main.ts';
import { StartError } from '#server/start-error.ts';
import { createEpochKeeper, readVaultEpoch, standing } from '#server/vault/epoch.ts';
import { eraseSubject } from '#server/vault/erasure.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import type { Vault } from '#server/vault/vault.ts';
import { completion, Person, signIns } from '../server/person.ts';
import { createMemoryEvidenceStore } from '../setup/memory-evidence-store.ts';

/** A database with the demo schools, which each test copies: what a backup holds. */
let seeded: TestDatabase;
let seededVault: string;
beforeAll(async () => {
  seeded = await createTestDatabase(inject('postgres'));
  seededVault = await mkdtemp(join(tmpdir(), 'vault-'));
  const keyring = createKeyring({ vault: await createFileVault(seededVault), masterKey: Buffer.from(seeded.secret, 'hex') });
  await seedDemoSchools({ adminUrl: seeded.adminUrl, secret: seeded.secret, keyring, today: new Date(), size: 'small' });
});
afterAll(async () => {
  await seeded.drop();
  await rm(seededVault, { recursive: true });
});

let vault: Vault;
let masterKey: Buffer;
let keyring: Keyring;
const servers: RunningServer[] = [];
const databases: string[] = [];
beforeEach(async () => {
  vault = await createFileVault(seededVault);
  await vault.remove('epoch.json');
  masterKey = Buffer.from(seeded.secret, 'hex');
  keyring = createKeyring({ vault, masterKey });
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const name of databases.splice(0)) await administrate((sql) => sql`drop database if exists ${sql(name)} with (force)`);
});

async function administrate(statement: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(inject('postgres').url, { max: 1, onnotice: () => undefined });
  try {
    await sql`select pg_advisory_lock(7012)`;
    await statement(sql);
  } finally {
    await sql.end();
  }
}

/** A copy of a database that nobody is using, as a backup is one. @returns its superuser's address */
async function copyOf(url: string): Promise<string> {
  const name = `copy_${randomBytes(8).toString('hex')}`;
  databases.push(name);
  const copy = new URL(url);
  await administrate((sql) => sql`create database ${sql(name)} template ${sql(copy.pathname.slice(1))}`);
  copy.pathname = `/${name}`;
  return copy.href;
}

async function serve(databaseUrl: string): Promise<RunningServer> {
  const server = await startServer({ port: 0, log: 'silent', databaseUrl, masterKey, vault, evidenceStore: createMemoryEvidenceStore() });
  servers.push(server);
  return server;
}

async function stop(server: RunningServer): Promise<void> {
  await server.stop();
  servers.splice(servers.indexOf(server), 1);
}

async function on<Result>(url: string, work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function eraseChild(url: string, child: Person): Promise<void> {
  const database = openPool(roleUrl(url, 'background_worker', seeded.secret), 1);
  try {
    await eraseSubject({ schoolId: child.signedIn.user.schoolId, subjectId: child.id }, { database, vault, cabinet: keyring.cabinet });
  } finally {
    await database.end();
  }
}

const beating = (url: string) =>
  expect.poll(async () => (await readVaultEpoch(vault))?.beat ?? 0, { timeout: 20_000, message: url }).toBeGreaterThan(0);

describe('a backup that is put in the place of the database', () => {
  test('is not served; adopting it erases again who was erased, and every device begins another epoch (S3)', async () => {
    const live = await copyOf(seeded.adminUrl);
    const backup = await copyOf(live);
    const server = await serve(live);
    await beating(live);
    const leo = await Person.signIn(server.url, signIns.leo);
    const teacher = await Person.signIn(server.url, signIns.teacher2);
    // The log was sealed, and the vault knows how far: the backup is from before any of it.
    await expect.poll(() => readChainEnd(vault, leo.signedIn.user.schoolId), { timeout: 20_000 }).not.toBeNull();
    const { checkpoint } = await teacher.pull('completions');
    const club = String((await leo.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
    await leo.push('completions', [{ newDocumentState: completion(leo.id, club, { writtenWork: 'A canary in the hazel' }) }]);
    const ofLeo = new Set((await teacher.pullAll('completions')).documents.flatMap((one) => (one['studentId'] === leo.id ? one.id : [])));
    expect(ofLeo.size).toBeGreaterThan(1);

    await eraseChild(live, leo);
    const after = (await teacher.pullAll('completions', checkpoint)).documents;
    for (const document of after) if (ofLeo.has(document.id)) expect(document._deleted).toBe(true);
    await stop(server);

    // The old copy is there in full, but for the key to what was sealed.
    const rows = () => on(backup, (sql) => sql<{ sealed: Uint8Array }[]>`select name_encrypted as sealed from users where id = ${leo.id}`);
    expect(await rows()).toHaveLength(1);
    await expect(serve(backup)).rejects.toThrow(StartError);
    await expect(serve(backup)).rejects.toThrow(/npm run db -- adopt-restore/);

    const adopted = await adoptRestore({ adminUrl: backup, secret: seeded.secret, vault, keyring });
    expect(adopted).toEqual({ epoch: 2, erasedAgain: 1, revived: 0 });
    expect(await readChainEnd(vault, leo.signedIn.user.schoolId)).toBeNull();
    expect(await rows()).toEqual([]);
    const traces = await on(
      backup,
      (sql) => sql`
        select 1 from audit_log where subject_id = ${leo.id} and coalesce(old_values, new_values) is not null
        union all select 1 from homework_completions where student_id = ${leo.id}
        union all select 1 from completion_reviews where student_id = ${leo.id}
        union all select 1 from class_students where student_id = ${leo.id}
        union all select 1 from parent_students where student_id = ${leo.id}
        union all select 1 from sessions where user_id = ${leo.id}`,
    );
    expect(traces).toHaveLength(0);
    expect(await readVaultEpoch(vault)).toMatchObject({ epoch: 2 });

    const restored = await serve(backup);
    await expect(Person.signIn(restored.url, signIns.leo)).rejects.toThrow(/401/);
    const teacherAgain = await Person.signIn(restored.url, signIns.teacher2);
    const page = await teacherAgain.pull('completions', checkpoint);
    expect(page.checkpoint.epoch).toBe(2);
    // Another epoch: the device is given everything anew, and nothing of the child.
    const documents = (await teacherAgain.pullAll('completions')).documents;
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.filter((one) => one['studentId'] === leo.id || ofLeo.has(one.id))).toEqual([]);
    // What a device still sends of the child is refused, and kept nowhere (S15).
    const parent = await Person.signIn(restored.url, signIns.parent);
    const { rejections } = await parent.push('completions', [{ newDocumentState: completion(leo.id, club) }]);
    expect(rejections).toHaveLength(1);

    // The database that was left behind is no longer ours.
    await expect(serve(live)).rejects.toThrow(/adopt-restore/);
    await stop(restored);
    const { lines } = await verifyEveryAudit(backup, vault);
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
  });

  test('under a running server is noticed: it is ready for nobody, and serves nobody', async () => {
    const live = await copyOf(seeded.adminUrl);
    const server = await serve(live);
    await beating(live);
    const status = async (path: string) => (await fetch(server.url + path)).status;
    expect([await status('/api/ready'), await status('/api/auth/session')]).toEqual([200, 401]);
    await on(live, (sql) => sql`update database_epoch set beat = 0`);
    expect([await status('/api/ready'), await status('/api/auth/session'), await status('/api/health')]).toEqual([503, 503, 200]);
    await on(live, (sql) => sql`update database_epoch set beat = 100`);
    expect([await status('/api/ready'), await status('/api/auth/session')]).toEqual([200, 401]);
  });

  test('opens with keys that were retired since, and they are replaced anew', async () => {
    const live = await copyOf(seeded.adminUrl);
    const backup = await copyOf(live);
    const server = await serve(live);
    await beating(live);
    const maya = await Person.signIn(server.url, signIns.maya);
    await stop(server);
    const subject = { schoolId: maya.signedIn.user.schoolId, subjectId: maya.id };
    const database = openPool(roleUrl(live, 'background_worker', seeded.secret), 1);
    await createRotation({ database, keyring }).begin(subject);
    const later = () => new Date(Date.now() + 11 * 60_000);
    expect(await createRotation({ database, keyring, clock: later }).advance(subject.schoolId)).toEqual([]);
    await database.end();

    const { revived } = await adoptRestore({ adminUrl: backup, secret: seeded.secret, vault, keyring });
    expect(revived).toBe(1);
    const restored = await serve(backup);
    const again = await Person.signIn(restored.url, signIns.maya);
    expect(again.signedIn.user.displayName).toBe(maya.signedIn.user.displayName);
    const documents = (await again.pullAll('completions')).documents;
    expect(documents.filter(({ _deleted }) => _deleted)).toEqual([]);
  });

  test('is adopted as well where adopting it was cut off', async () => {
    const live = await copyOf(seeded.adminUrl);
    const backup = await copyOf(live);
    await stop(await serve(live));
    const failing = { ...vault };
    failing.write = (...parameters) =>
      parameters[0] === 'epoch.json' ? Promise.reject(new Error('the disk is full')) : vault.write(...parameters);
    await expect(adoptRestore({ adminUrl: backup, secret: seeded.secret, vault: failing, keyring })).rejects.toThrow('the disk is full');
    await expect(serve(backup)).rejects.toThrow(/adopt-restore/);
    const { epoch } = await adoptRestore({ adminUrl: backup, secret: seeded.secret, vault, keyring });
    expect(epoch).toBe(3);
    await serve(backup);
    const epochs = await on(backup, (sql) => sql`select distinct epoch from school_clock`);
    expect(epochs).toEqual([{ epoch: '3' }]);
    const created = await on(backup, async (sql) => {
      await sql`insert into schools (id, name, slug, slug_hash) values (gen_random_uuid(), 'New', 'new-one', '\\x0a')`;
      return sql`select clock.epoch from school_clock clock join schools using (school_id) where slug = 'new-one'`;
    });
    expect(created).toEqual([{ epoch: '3' }]);
  });
});

test('a database is not served with another vault than its own', async () => {
  const live = await copyOf(seeded.adminUrl);
  const server = await serve(live);
  await beating(live);
  await stop(server);
  await vault.remove('epoch.json');
  await expect(serve(live)).rejects.toThrow(/The vault does not know this database/);
});

test('two processes that beat at once, and one that was cut off between database and vault, leave it current', async () => {
  const live = await copyOf(seeded.adminUrl);
  const database = openPool(roleUrl(live, 'background_worker', seeded.secret), 4);
  try {
    const keepers = Array.from({ length: 4 }, () => createEpochKeeper(database, vault));
    for (let round = 0; round < 5; round++)
      expect(await Promise.all(keepers.map((keeper) => keeper.beat()))).toEqual([true, true, true, true]);
    await database`select app.advance_beat()`;
    expect(await keepers[0]?.isCurrent()).toBe(true);
    expect(await readVaultEpoch(vault)).toEqual({ epoch: 1, beat: 20 });
    await must(keepers[0], 'there are four').require();
  } finally {
    await database.end();
  }
});

test.each([
  [{ epoch: 1, beat: 0 }, null, 'new'],
  [{ epoch: 1, beat: 4 }, null, 'other vault'],
  [{ epoch: 2, beat: 0 }, null, 'other vault'],
  [{ epoch: 1, beat: 4 }, { epoch: 1, beat: 4 }, 'current'],
  [{ epoch: 1, beat: 5 }, { epoch: 1, beat: 4 }, 'current'],
  [{ epoch: 1, beat: 3 }, { epoch: 1, beat: 4 }, 'restored'],
  [{ epoch: 1, beat: 9 }, { epoch: 2, beat: 4 }, 'restored'],
  [{ epoch: 2, beat: 9 }, { epoch: 1, beat: 4 }, 'restored'],
] as const)('a database at %o, of which the vault knows %o, is %s', (database, known, stands) => {
  expect(standing(database, known)).toBe(stands);
});

test('nobody who was erased is given a key again', async () => {
  const live = await copyOf(seeded.adminUrl);
  const server = await serve(live);
  const maya = await Person.signIn(server.url, signIns.maya);
  await stop(server);
  await eraseChild(live, maya);
  await eraseChild(live, maya);
  await expect(keyring.ensureSubject(maya.signedIn.user.schoolId, maya.id)).rejects.toThrow(SubjectErased);
});
