import { v7 as uuidv7 } from 'uuid';
import { passwordProblem } from '#domain/accounts/new-password.ts';
import { isCode } from '#domain/invitations/code.ts';
import type { SignInLimits, Tried } from '../auth/limits.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { Database } from '../database/connections.ts';
import { KeyMissing } from '../database/crypto/key-file.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import { Problem } from '../http/problem.ts';
import { createInvited, type Invited } from './invited.ts';
import type { JoinBody, LookAnswer } from './schemas.ts';

export interface JoiningDependencies {
  readonly keyring: Keyring;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
}

/** By which a code is kept and found: under a key, so that nobody who has the database tries codes through. */
export function invitationHash(keyring: Keyring, code: string): Promise<Buffer> {
  return keyring.lookupHash('invitation', code);
}

/** Parents who come with a letter's code. Whatever is wrong with a code or an address, there is one wording. */
export function createJoining({ keyring, passwords, limits }: JoiningDependencies, signInPool: Database) {
  const invited = createInvited(signInPool);

  /**
   * The hash of a code that somebody tries.
   *
   * @throws Problem `join_failed` for what is no code, `too_many_attempts`
   */
  async function tryCode(code: string, address: string): Promise<{ hash: Buffer; tried: Tried }> {
    const hash = await invitationHash(keyring, code);
    const tried = { address, joiningAddress: address, invitation: hash.toString('hex') };
    await limits.count(tried);
    if (!isCode(code)) throw new Problem('join_failed');
    return { hash, tried };
  }

  async function open(hash: Buffer): Promise<Invited> {
    const found = await invited.byCode(hash);
    if (!found) throw new Problem('join_failed');
    return found;
  }

  return {
    tryCode,

    /** Whose letter it is, as it says itself. @throws Problem `join_failed`, `too_many_attempts` */
    async look(code: string, address: string): Promise<LookAnswer> {
      const { hash, tried } = await tryCode(code, address);
      const { schoolId, schoolName, studentId, firstName } = await open(hash);
      const cell = { table: 'users', column: 'first_name_encrypted', row: studentId };
      const name = await keyring.decrypt({ schoolId, subjectId: studentId }, cell, firstName).catch((error: unknown) => {
        // A child who was erased is nobody's.
        throw error instanceof KeyMissing ? new Problem('join_failed') : error;
      });
      await limits.succeeded(tried);
      return { schoolName, firstName: name };
    },

    /**
     * Makes a parent's account for the child of the code.
     *
     * @returns the school to sign in at
     * @throws Problem `join_failed`, `password_too_plain`, `too_many_attempts`
     */
    async join({ code, name, email, password, relationship }: JoinBody, address: string): Promise<{ schoolId: string; school: string }> {
      const { hash, tried } = await tryCode(code, address);
      const { schoolId, schoolName, schoolSlug } = await open(hash);
      if (passwordProblem(password, [name, email, schoolName, schoolSlug]) !== null) throw new Problem('password_too_plain');
      const id = uuidv7();
      const seal = (column: string, text: string) =>
        keyring.encrypt({ schoolId, subjectId: schoolId }, { table: 'users', column, row: id }, text);
      const hasJoined = await invited.join(hash, {
        id,
        name: await seal('name_encrypted', name),
        email: await seal('email_encrypted', email),
        emailIndex: await keyring.blindIndex(schoolId, 'email', email),
        passwordHash: await passwords.hash(password),
        relationship,
      });
      if (!hasJoined) throw new Problem('join_failed');
      await limits.succeeded(tried);
      return { schoolId, school: schoolSlug };
    },
  };
}
