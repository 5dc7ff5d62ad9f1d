import { hash } from '@node-rs/argon2';
import postgres from 'postgres';
import { roleUrl } from '#db/roles.ts';
import { createPictureVerifier } from '#domain/picture-codes/verifier.ts';
import { passwordCost } from '#server/auth/passwords.ts';
import { openPool } from '#server/database/connections.ts';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { createDeriver } from '#server/derive/deriver.ts';
import type { EvidenceStore } from '#server/evidence/evidence-store.ts';
import { createSealedFiles, type SealedFiles } from '#server/evidence/sealed-files.ts';
import { demoSchoolId, generateDemoSchools, type SeedSize } from './generate.ts';
import { insertSchool, type SecretHashes } from './insert-school.ts';
import type { DemoSchool } from './model.ts';
import { drawnPictures } from './people.ts';
import { demoPassword, schoolPlans } from './school-plan.ts';

export { demoSignIns } from './school-plan.ts';

export interface SeedOptions {
  /** A role that may act as studystreaks_owner. */
  readonly adminUrl: string;
  /** What the roles' passwords are derived from. */
  readonly secret: string;
  readonly keyring: Keyring;
  /** Where recordings go; where there is none, the demo has none. */
  readonly evidenceStore?: EvidenceStore;
  /** Now: history ends with this moment, on this day of the school's time zone. */
  readonly today: Date;
  readonly size?: SeedSize;
  readonly log?: (line: string) => void;
}

/**
 * Seeds the demo schools that are not there yet, each in one transaction: a seed that was cut off has left nothing, and
 * the next one begins that school anew. A school that is there is left as it is. Then derives what is due, which a cut
 * off seed has left due as well.
 */
export async function seedDemoSchools({
  adminUrl,
  secret,
  keyring,
  evidenceStore,
  today,
  size = 'full',
  log = () => undefined,
}: SeedOptions): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const worker = openPool(roleUrl(adminUrl, 'background_worker', secret), 2);
  const deriver = createDeriver({ database: worker, clock: () => today });
  try {
    if (!(await allAreThere(sql))) {
      const hashes = await hashSecrets();
      const files = evidenceStore ? createSealedFiles(evidenceStore, keyring) : null;
      for (const school of generateDemoSchools(today, size)) await seedSchool(sql, keyring, school, { hashes, files }, log);
      await analyse(sql);
    }
    for (const { slug } of schoolPlans) await deriver.drain(demoSchoolId(slug));
  } finally {
    await Promise.all([sql.end(), worker.end()]);
  }
}

async function seedSchool(
  sql: postgres.Sql,
  keyring: Keyring,
  school: DemoSchool,
  { hashes, files }: { readonly hashes: SecretHashes; readonly files: SealedFiles | null },
  log: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  // Keys stand before the rows that need them. Where the transaction fails they wait for the next try.
  await keyring.ensureSubjects(
    school.id,
    school.children.map((child) => child.id),
  );
  const isNew = await sql.begin(async (transaction) => {
    // Two seeds at once: the second waits, and then finds the school.
    await transaction`select pg_advisory_xact_lock(7014)`;
    await transaction`set local role studystreaks_owner`;
    const [found] = await transaction`select 1 from schools where id = ${school.id}`;
    if (found) return false;
    await insertSchool(transaction, keyring, school, hashes, files);
    return true;
  });
  if (!isNew) return;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  log(
    `${school.name}: ${String(school.children.length)} children, ${school.completions.length.toLocaleString('en-GB')} pieces of homework (${seconds} s)`,
  );
}

/** Tables filled in one go have no statistics until autovacuum comes by, and statements planned without them can take minutes. */
async function analyse(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local role studystreaks_owner`;
    await transaction`analyze`;
  });
}

async function allAreThere(sql: postgres.Sql): Promise<boolean> {
  return sql.begin(async (transaction) => {
    await transaction`set local role studystreaks_owner`;
    const found = await transaction`select id from schools where id = any (${schoolPlans.map(({ slug }) => demoSchoolId(slug))}::uuid[])`;
    return found.length === schoolPlans.length;
  });
}

async function hashSecrets(): Promise<SecretHashes> {
  const pictures = [...new Set([...drawnPictures, ...schoolPlans.flatMap((plan) => plan.children.map((child) => child.pictures))])];
  const pictureSecrets = pictures.map(
    async (code) => [code, { hash: await hash(code, passwordCost), verifier: await createPictureVerifier(code) }] as const,
  );
  return { password: await hash(demoPassword, passwordCost), pictures: new Map(await Promise.all(pictureSecrets)) };
}
