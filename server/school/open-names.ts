import { SealBroken } from '../database/crypto/envelope.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { UnknownKey } from '../database/crypto/subject-cipher.ts';

export interface SealedName {
  /** Whose key it is sealed with: a child's own, for everybody else the school's. */
  readonly subjectId: string;
  readonly personId: string;
  readonly column: string;
  /** Null: out of the reader's reach. */
  readonly sealed: Uint8Array | null;
}

/** Names by person. Whoever was erased is left out, as is a name that does not open: one must not keep the others from being read. */
export function openNames(keyring: Keyring, schoolId: string, names: readonly SealedName[]): Promise<ReadonlyMap<string, string>> {
  return keyring.opening(
    schoolId,
    names.map(({ subjectId }) => subjectId),
    (ciphers, isSecondTry) =>
      new Map(
        names.flatMap(({ subjectId, personId, column, sealed }) => {
          const cipher = sealed && ciphers.get(subjectId);
          if (!cipher) return [];
          try {
            return [[personId, cipher.decrypt({ table: 'users', column, row: personId }, sealed)] as const];
          } catch (error) {
            if (error instanceof SealBroken || (isSecondTry && error instanceof UnknownKey)) return [];
            throw error;
          }
        }),
      ),
  );
}
