import { randomUUID } from 'node:crypto';
import { fromBase64url, toBase64url } from '#domain/base64url.ts';
import { createSchoolKeyPair, openEnvelope, type Envelope, type EnvelopeContent, type SchoolKey } from '#domain/delivery/envelope.ts';
import { must } from '#domain/must.ts';
import type { Database, Transaction } from '../database/connections.ts';
import { cacheLifetimeMs, type Keyring } from '../database/crypto/keyring.ts';
import { LruCache } from '../database/crypto/lru-cache.ts';
import { inTransaction } from '../database/transaction.ts';

/** The keys of schools that work is sealed to on devices (S30). */
export interface SchoolKeys {
  /** The key to seal to; a school that has none is given one. */
  current(schoolId: string): Promise<SchoolKey>;
  /**
   * Null where the school has no such key.
   *
   * @throws EnvelopeBroken
   */
  open(schoolId: string, sealed: Envelope): Promise<{ content: EnvelopeContent; bytes: Uint8Array<ArrayBuffer> } | null>;
  /** Another key from now on; what was sealed to the ones before still opens. */
  replace(schoolId: string): Promise<void>;
}

const remembered = 1_000;

/** @param database the pool of background_worker: a private key is for no request to read */
export function createSchoolKeys(
  database: Database,
  keyring: Pick<Keyring, 'encrypt' | 'decrypt'>,
  clock: () => Date = () => new Date(),
): SchoolKeys {
  const known = new LruCache<SchoolKey>(remembered, cacheLifetimeMs, () => clock().getTime());
  const asJob = <Result>(schoolId: string, work: (sql: Transaction) => Promise<Result>): Promise<Result> =>
    inTransaction(database, 'read committed', async (sql) => {
      await sql`select app.enter_worker(${schoolId})`;
      return work(sql);
    });

  /** Of two processes at once, the first is right. */
  async function add(sql: Transaction, schoolId: string): Promise<void> {
    const { publicKey, privateKey } = await createSchoolKeyPair();
    const id = randomUUID();
    const sealed = await keyring.encrypt({ schoolId, subjectId: schoolId }, privateKeyCell(id), Buffer.from(privateKey).toString('base64'));
    await sql`
      insert into school_keys (school_id, id, public_key, private_key_encrypted)
      values (${schoolId}, ${id}, ${fromBase64url(publicKey)}, ${sealed})
      on conflict (school_id) where replaced_at is null do nothing`;
  }

  return {
    async current(schoolId) {
      const held = known.get(schoolId);
      if (held) return held;
      const key = await asJob(schoolId, async (sql) => {
        const standing = await readCurrent(sql, schoolId);
        if (standing) return standing;
        await add(sql, schoolId);
        return must(await readCurrent(sql, schoolId), 'a key that was added, here or elsewhere, is there');
      });
      known.set(schoolId, key);
      return key;
    },
    async open(schoolId, sealed) {
      const row = await asJob(schoolId, async (sql) => {
        const [found] = await sql<{ publicKey: Uint8Array; privateKeyEncrypted: Uint8Array }[]>`
          select public_key as "publicKey", private_key_encrypted as "privateKeyEncrypted"
          from school_keys where school_id = ${schoolId} and id = ${sealed.keyId}`;
        return found ?? null;
      });
      if (!row) return null;
      const subject = { schoolId, subjectId: schoolId };
      const privateKey = await keyring.decrypt(subject, privateKeyCell(sealed.keyId), row.privateKeyEncrypted);
      return openEnvelope(Buffer.from(privateKey, 'base64'), toBase64url(row.publicKey), sealed);
    },
    async replace(schoolId) {
      await asJob(schoolId, async (sql) => {
        await sql`update school_keys set replaced_at = now() where school_id = ${schoolId} and replaced_at is null`;
        await add(sql, schoolId);
      });
      known.delete(schoolId);
    },
  };
}

async function readCurrent(sql: Transaction, schoolId: string): Promise<SchoolKey | null> {
  const [row] = await sql<{ id: string; publicKey: Uint8Array }[]>`
    select id, public_key as "publicKey" from school_keys where school_id = ${schoolId} and replaced_at is null`;
  return row ? { id: row.id, publicKey: toBase64url(row.publicKey) } : null;
}

function privateKeyCell(id: string) {
  return { table: 'school_keys', column: 'private_key_encrypted', row: id };
}
