import { createHmac } from 'node:crypto';
import { isErased } from '../../vault/erasure-ledger.ts';
import type { Vault } from '../../vault/vault.ts';
import { keyIdOf, seal, unseal, type SealingKey } from './envelope.ts';
import {
  destroyKeys,
  ensureKeys,
  KeyMissing,
  readKeys,
  replaceCurrentKey,
  retireKey,
  reviveKeys,
  rewrapKeys,
  type SubjectKeys,
  type Wrapping,
} from './key-file.ts';
import { LruCache, type LookUp } from './lru-cache.ts';
import { localMasterKey, type MasterKey } from './master-key.ts';
import { subjectCipher, UnknownKey, type Cell, type SubjectCipher } from './subject-cipher.ts';

export type { Cell, SubjectCipher } from './subject-cipher.ts';

/** Whose key: a child's, or the school's own (then both ids are the school's). */
export interface Subject {
  readonly schoolId: string;
  readonly subjectId: string;
}

export type IndexPurpose = 'email' | 'login' | 'class_code' | 'digest_stop';
export type LookupKind = 'school_slug' | 'class_code' | 'invitation';

/** All keys of the server: the master key wraps one key a school, which wraps one key a child (envelope encryption). */
export interface Keyring {
  /** Makes the subject's key, its school's and the school's index key, where there is none yet. */
  ensureSubject(schoolId: string, subjectId: string): Promise<void>;
  ensureSubjects(schoolId: string, subjectIds: readonly string[]): Promise<void>;
  /** @throws KeyMissing when the subject has no key: never made, or erased */
  subject(schoolId: string, subjectId: string): Promise<SubjectCipher>;
  /** Ciphers by subject id. A subject without a key is left out: what was sealed for it is gone. */
  subjects(schoolId: string, subjectIds: readonly string[]): Promise<ReadonlyMap<string, SubjectCipher>>;
  /**
   * Does `work` with the subjects' ciphers, and where it meets a key that they do not know, loads them anew and does it once
   * more: another process may have rotated keys since. `work` must be free of effects.
   */
  opening<Result>(
    schoolId: string,
    subjectIds: readonly string[],
    work: (ciphers: ReadonlyMap<string, SubjectCipher>, isSecondTry: boolean) => Result,
  ): Promise<Result>;
  encrypt(subject: Subject, cell: Cell, text: string): Promise<Buffer>;
  /** @throws SealBroken, UnknownKey, KeyMissing */
  decrypt(subject: Subject, cell: Cell, sealed: Uint8Array): Promise<string>;
  /** HMAC-SHA256. A hash to look a value up by in one school, as nobody without the key can make it. `login`: `<class id>|<login name>`. Upper and lower case are the same. */
  blindIndex(schoolId: string, purpose: IndexPurpose, text: string): Promise<Buffer>;
  /** A hash to look a value up by before the school is known. Upper and lower case are the same. */
  lookupHash(kind: LookupKind, text: string): Promise<Buffer>;
  readonly cabinet: KeyCabinet;
}

/** What rotation and erasure do with keys; requests have no use for it. */
export interface KeyCabinet {
  /**
   * Gives the subject a new key that seals from now on, or goes on with a rotation that was cut off.
   *
   * @returns ids of the keys that are to be retired
   * @throws KeyMissing
   */
  replace(subject: Subject): Promise<string[]>;
  /** Wraps the keys of a school's children, and its index key, with the school's current key. */
  rewrapSchool(schoolId: string): Promise<void>;
  /** The key opens nothing any more, but is kept for backups. */
  retire(subject: Subject, keyId: string): Promise<void>;
  /** Deletes the subject's keys that were retired before. */
  destroyRetired(subject: Subject, retiredBefore: Date): Promise<void>;
  /**
   * Has a school's retired keys open again, its children's too: a restored database may be sealed with them.
   *
   * @returns whose keys they are
   */
  reviveSchool(schoolId: string): Promise<Subject[]>;
  /** Has the subject's keys read from the vault when they are next asked for. */
  forget(subject: Subject): void;
  /** Deletes all keys of the subject. */
  erase(subject: Subject): Promise<void>;
}

/** The subject was erased: no key is made for it again. */
export class SubjectErased extends Error {
  override readonly name = 'SubjectErased';

  constructor(subjectId: string) {
    super(`${subjectId} was erased, and gets no key again`);
  }
}

export interface KeyringOptions {
  readonly vault: Vault;
  readonly masterKey: Buffer | MasterKey;
  readonly clock?: () => Date;
  /** Subjects whose keys are held in memory at most. */
  readonly cacheSize?: number;
  /** Told whether keys were at hand each time that they were asked for. */
  readonly looked?: (outcome: LookUp) => void;
}

/** An erased or rotated key leaves every process's memory after this long at the latest. */
export const cacheLifetimeMs = 5 * 60_000;
/** Objects of the vault that are read or written at a time. */
const vaultConcurrency = 24;

export function createKeyring({ vault, masterKey, clock = () => new Date(), cacheSize = 5_000, looked }: KeyringOptions): Keyring {
  const master: Wrapping = Buffer.isBuffer(masterKey) ? localMasterKey(masterKey) : masterKey;
  const cache = new LruCache<Promise<SubjectKeys>>(cacheSize, cacheLifetimeMs, () => clock().getTime(), looked);

  /** Loads through the cache; those who ask at once share one load, and a failure is not remembered. */
  const load = (path: string, wrapping: Wrapping): Promise<SubjectKeys> => {
    const held = cache.get(path);
    if (held) return held;
    const loading = readKeys(vault, path, wrapping);
    cache.set(path, loading);
    loading.catch(() => {
      cache.delete(path);
    });
    return loading;
  };

  const schoolKeys = (schoolId: string): Promise<SubjectKeys> => load(subjectPath({ schoolId, subjectId: schoolId }), master);

  const schoolWrapping = (schoolId: string): Wrapping => ({
    wrap: async (key, context) => seal((await schoolKeys(schoolId)).current, context, key),
    async unwrap(wrapped, context) {
      try {
        return openWithAny(await schoolKeys(schoolId), context, wrapped);
      } catch (error) {
        if (!(error instanceof UnknownKey)) throw error;
        cache.delete(subjectPath({ schoolId, subjectId: schoolId }));
        return openWithAny(await schoolKeys(schoolId), context, wrapped);
      }
    },
  });
  const wrappingOf = ({ schoolId, subjectId }: Subject): Wrapping => (subjectId === schoolId ? master : schoolWrapping(schoolId));

  const subject = async (schoolId: string, subjectId: string): Promise<SubjectCipher> => {
    const one = { schoolId, subjectId };
    const { current, keys } = await load(subjectPath(one), wrappingOf(one));
    return subjectCipher(schoolId, current, keys);
  };

  const ensureSubjects = async (schoolId: string, subjectIds: readonly string[]): Promise<void> => {
    await ensureKeys(vault, subjectPath({ schoolId, subjectId: schoolId }), master, clock());
    await ensureKeys(vault, indexPath(schoolId), schoolWrapping(schoolId), clock());
    const children = subjectIds.filter((id) => id !== schoolId);
    await mapConcurrently(children, async (subjectId) => {
      if (await isErased(vault, { schoolId, subjectId })) throw new SubjectErased(subjectId);
      await ensureKeys(vault, subjectPath({ schoolId, subjectId }), schoolWrapping(schoolId), clock());
    });
  };

  const subjects = async (schoolId: string, subjectIds: readonly string[]): Promise<ReadonlyMap<string, SubjectCipher>> => {
    const ciphers = new Map<string, SubjectCipher>();
    await mapConcurrently([...new Set(subjectIds)], async (subjectId) => {
      const cipher = await subject(schoolId, subjectId).catch(nullIfMissing);
      if (cipher) ciphers.set(subjectId, cipher);
    });
    return ciphers;
  };

  /** Changes what the vault holds of a subject, and forgets what was known of it. */
  const changing = async <Result>(one: Subject, change: (path: string) => Promise<Result>): Promise<Result> => {
    const path = subjectPath(one);
    try {
      return await change(path);
    } finally {
      cache.delete(path);
    }
  };

  /** Of everybody in a school whose keys its own key wraps. */
  const childPaths = async (schoolId: string): Promise<string[]> =>
    (await vault.list(`keys/${schoolId}`)).filter((path) => path !== subjectPath({ schoolId, subjectId: schoolId }));

  const cabinet: KeyCabinet = {
    replace: (one) => changing(one, (path) => replaceCurrentKey(vault, path, wrappingOf(one), clock())),
    async rewrapSchool(schoolId) {
      cache.delete(subjectPath({ schoolId, subjectId: schoolId }));
      await mapConcurrently(await childPaths(schoolId), async (path) => {
        // One whose key was erased meanwhile has none to wrap.
        await rewrapKeys(vault, path, schoolWrapping(schoolId)).catch(nullIfMissing);
      });
    },
    retire: (one, keyId) => changing(one, (path) => retireKey(vault, path, keyId, clock())),
    destroyRetired: (one, retiredBefore) => changing(one, (path) => destroyKeys(vault, path, retiredBefore)),
    async reviveSchool(schoolId) {
      const revived: Subject[] = [];
      // Erased meanwhile: nothing to revive.
      for (const path of await vault.list(`keys/${schoolId}`)) {
        if (await reviveKeys(vault, path).catch(nullIfMissing)) revived.push({ schoolId, subjectId: subjectOf(path) });
        cache.delete(path);
      }
      return revived;
    },
    forget(one) {
      cache.delete(subjectPath(one));
    },
    erase: (one) => changing(one, (path) => vault.remove(path)),
  };

  const lookupKey = async (): Promise<SubjectKeys> => {
    const standing = await load(lookupPath, master).catch(nullIfMissing);
    if (standing) return standing;
    await ensureKeys(vault, lookupPath, master, clock());
    return load(lookupPath, master);
  };

  return {
    ensureSubject: (schoolId, subjectId) => ensureSubjects(schoolId, [subjectId]),
    ensureSubjects,
    subject,
    subjects,
    async opening(schoolId, subjectIds, work) {
      try {
        return work(await subjects(schoolId, subjectIds), false);
      } catch (error) {
        if (!(error instanceof UnknownKey)) throw error;
        for (const subjectId of subjectIds) cache.delete(subjectPath({ schoolId, subjectId }));
        return work(await subjects(schoolId, subjectIds), true);
      }
    },
    async encrypt({ schoolId, subjectId }, cell, text) {
      return (await subject(schoolId, subjectId)).encrypt(cell, text);
    },
    async decrypt(one, cell, sealed) {
      const { schoolId, subjectId } = one;
      try {
        return (await subject(schoolId, subjectId)).decrypt(cell, sealed);
      } catch (error) {
        if (!(error instanceof UnknownKey)) throw error;
        // Another process may have rotated the key since this one loaded it.
        cache.delete(subjectPath(one));
        return (await subject(schoolId, subjectId)).decrypt(cell, sealed);
      }
    },
    async blindIndex(schoolId, purpose, text) {
      const { current } = await load(indexPath(schoolId), schoolWrapping(schoolId));
      return keyedHash(current, purpose, text);
    },
    async lookupHash(kind, text) {
      return keyedHash((await lookupKey()).current, kind, text);
    },
    cabinet,
  };
}

/** Of its own, so that rotating the keys that encrypt leaves every index as it is. */
function indexPath(schoolId: string): string {
  return `keys/${schoolId}/index.json`;
}
const lookupPath = 'keys/lookup.json';

function subjectPath({ schoolId, subjectId }: Subject): string {
  return `keys/${schoolId}/${subjectId}.json`;
}

function subjectOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
}

function keyedHash({ key }: SealingKey, purpose: string, text: string): Buffer {
  return createHmac('sha256', key)
    .update(`${purpose}|${text.normalize('NFKC').trim().toLowerCase()}`)
    .digest();
}

function openWithAny({ keys }: SubjectKeys, context: string, wrapped: Uint8Array): Buffer {
  const key = keys.find(({ id }) => id === keyIdOf(wrapped));
  if (!key) throw new UnknownKey(keyIdOf(wrapped));
  return unseal(key, context, wrapped);
}

function nullIfMissing(error: unknown): null {
  if (error instanceof KeyMissing) return null;
  throw error;
}

/** At most so many at a time: the vault may be a disk or a service. */
async function mapConcurrently<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(vaultConcurrency, items.length) }, worker));
}
