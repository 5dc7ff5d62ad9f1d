import { createSecretKey, randomBytes } from 'node:crypto';
import type { Cell, Keyring } from '../database/crypto/keyring.ts';
import { seal, unseal, type SealingKey } from '../database/crypto/envelope.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** What the database knows of a file in the store. */
export interface StoredFile {
  readonly schoolId: string;
  readonly studentId: string;
  readonly evidenceId: string;
  /** A random name, 32 hexadecimal digits: nothing in the store says whose a file is. */
  readonly storageKey: string;
  readonly fileKeyEncrypted: Uint8Array;
  /** The id that its bytes were sealed under, where it has another by now: its homework was moved. */
  readonly sealedAs: string | null;
}

/** A file in the store, and the key to it. */
export interface OpenFile {
  /** How many bytes have arrived. */
  arrivedBytes(): Promise<number>;
  addPart(offset: number, bytes: Uint8Array): Promise<void>;
  /** All that has arrived; null where a part is missing. */
  gather(): Promise<Buffer | null>;
  /** What was made of it, kept whole. */
  keep(bytes: Uint8Array): Promise<void>;
  read(): Promise<Buffer | null>;
  /** The parts go, once the whole is kept. */
  dropParts(): Promise<void>;
}

export interface SealedFiles {
  /** A name and a key for a file that is to come. */
  begin(
    file: Omit<StoredFile, 'storageKey' | 'fileKeyEncrypted' | 'sealedAs'>,
  ): Promise<Pick<StoredFile, 'storageKey' | 'fileKeyEncrypted'>>;
  /** @throws KeyMissing when the child was erased */
  open(file: StoredFile): Promise<OpenFile>;
  remove(schoolId: string, storageKey: string): Promise<void>;
}

/** The name of the whole among the parts, which are named `<offset>-<end>`. */
const whole = 'whole';

/**
 * Files under keys of their own, each of which is a cell of the database under its child's key: so rotation goes through cells
 * and never through files, and who is erased leaves bytes that nothing opens. Each part is sealed as it comes.
 */
export function createSealedFiles(store: EvidenceStore, keyring: Pick<Keyring, 'encrypt' | 'decrypt'>): SealedFiles {
  return {
    async begin({ schoolId, studentId, evidenceId }) {
      const fileKeyEncrypted = await keyring.encrypt(
        { schoolId, subjectId: studentId },
        keyCell(evidenceId),
        randomBytes(32).toString('base64'),
      );
      return { storageKey: randomBytes(16).toString('hex'), fileKeyEncrypted };
    },

    async open({ schoolId, studentId, evidenceId, storageKey, fileKeyEncrypted, sealedAs }) {
      const text = await keyring.decrypt({ schoolId, subjectId: studentId }, keyCell(evidenceId), fileKeyEncrypted);
      const key: SealingKey = { id: storageKey, key: createSecretKey(Buffer.from(text, 'base64')) };
      const folder = folderOf(schoolId, storageKey);
      const context = (part: string) => `${schoolId}|evidence|${sealedAs ?? evidenceId}|${part}`;
      const write = (part: string, bytes: Uint8Array) => store.put(folder + part, seal(key, context(part), bytes));
      const read = async (part: string) => {
        const sealed = await store.get(folder + part);
        return sealed && unseal(key, context(part), sealed);
      };
      return {
        arrivedBytes: async () => endOf(await partsIn(store, folder)),
        addPart: (offset, bytes) => write(`${String(offset)}-${String(offset + bytes.length)}`, bytes),
        async gather() {
          const pieces: Buffer[] = [];
          for (const part of await partsIn(store, folder)) {
            const piece = await read(part.name);
            if (!piece) return null;
            pieces.push(piece);
          }
          return Buffer.concat(pieces);
        },
        keep: (bytes) => write(whole, bytes),
        read: () => read(whole),
        async dropParts() {
          for (const { name } of await partsIn(store, folder)) await store.delete(folder + name);
        },
      };
    },

    async remove(schoolId, storageKey) {
      for (const path of await store.list(folderOf(schoolId, storageKey))) await store.delete(path);
    },
  };
}

export function folderOf(schoolId: string, storageKey: string): string {
  return `${schoolId}/${storageKey}/`;
}

/** Whether this path is of a whole file, and not of a part that came along the way. */
export function isWhole(path: string): boolean {
  return path.endsWith(`/${whole}`);
}

interface Part {
  readonly name: string;
  readonly offset: number;
  readonly end: number;
}

/** In order, each beginning where the one before ends. */
async function partsIn(store: EvidenceStore, folder: string): Promise<Part[]> {
  const parts = (await store.list(folder)).flatMap((path): Part[] => {
    const name = path.slice(folder.length);
    const match = /^(\d+)-(\d+)$/.exec(name);
    return match ? [{ name, offset: Number(match[1]), end: Number(match[2]) }] : [];
  });
  return parts.sort((one, other) => one.offset - other.offset);
}

function endOf(parts: readonly Part[]): number {
  return parts.at(-1)?.end ?? 0;
}

/** The cell of a file's key. */
export function keyCell(evidenceId: string): Cell {
  return { table: 'evidence', column: 'file_key_encrypted', row: evidenceId };
}
