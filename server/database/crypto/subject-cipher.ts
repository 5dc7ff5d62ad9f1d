import { keyIdOf, seal, unseal, type SealingKey } from './envelope.ts';

/** The cell that a value belongs to: it opens nowhere else. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  /** Id of the row. */
  readonly row: string;
}

/** Encrypts and decrypts for one subject, a school or a child, without waiting: its keys are loaded. */
export interface SubjectCipher {
  encrypt(cell: Cell, text: string): Buffer;
  /** @throws SealBroken when the bytes were changed or belong to another cell; UnknownKey when their key is not among those loaded */
  decrypt(cell: Cell, sealed: Uint8Array): string;
}

/** Sealed with a key that this subject does not have, or that another process has added since its keys were loaded. */
export class UnknownKey extends Error {
  override readonly name = 'UnknownKey';

  constructor(keyId: string) {
    super(`No key ${keyId} is known for this subject`);
  }
}

/** @param current the key that seals; `keys` the ones that open, `current` among them */
export function subjectCipher(schoolId: string, current: SealingKey, keys: readonly SealingKey[]): SubjectCipher {
  const keysById = new Map(keys.map((key) => [key.id, key]));
  return {
    encrypt: (cell, text) => seal(current, contextOf(schoolId, cell), Buffer.from(text)),
    decrypt(cell, sealed) {
      const key = keysById.get(keyIdOf(sealed));
      if (!key) throw new UnknownKey(keyIdOf(sealed));
      return unseal(key, contextOf(schoolId, cell), sealed).toString();
    },
  };
}

function contextOf(schoolId: string, { table, column, row }: Cell): string {
  return `${schoolId}|${table}|${column}|${row}`;
}
