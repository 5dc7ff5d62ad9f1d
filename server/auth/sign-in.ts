import { createHash } from 'node:crypto';
import type * as v from 'valibot';
import { Problem } from '../http/problem.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { Accounts, Credential } from './accounts.ts';
import { cardHash } from './card-hash.ts';
import type { SignInLimits, Tried } from './limits.ts';
import type { Passwords } from './passwords.ts';
import type { adultSignIn, cardSignIn, childSignIn, deviceSignIn } from './schemas.ts';
import { isTotp } from './totp.ts';

export interface Person {
  readonly schoolId: string;
  readonly userId: string;
  readonly kind: Credential['kind'];
  /** The session ends with it at the latest; only an enrolled device has a lease. */
  readonly leaseUntil?: Date;
}

export interface SignInDependencies {
  readonly accounts: Accounts;
  readonly keyring: Keyring;
  readonly passwords: Passwords;
  readonly limits: SignInLimits;
}

const nobody = '00000000-0000-0000-0000-000000000000';

/** Checks who somebody says they are. One wording and one duration for every way to be wrong. */
export function createSignIn({ accounts, keyring, passwords, limits }: SignInDependencies) {
  /**
   * @throws Problem `sign_in_failed`, or `too_many_attempts`
   */
  async function adult({ school, email, password, totp }: v.InferOutput<typeof adultSignIn>, address: string): Promise<Person> {
    const tried = { address, adult: `${school.toLowerCase()}/${email.toLowerCase()}` };
    await limits.count(tried);
    const schoolId = await accounts.schoolBySlug(await keyring.lookupHash('school_slug', school));
    const emailIndex = schoolId === null ? Buffer.alloc(32) : await keyring.blindIndex(schoolId, 'email', email);
    const credential = await accounts.adult(schoolId ?? nobody, emailIndex);
    return check(schoolId ?? nobody, credential, password, totp, tried);
  }

  /** As `adult`, for an enrolled class device. Nobody guesses its secret, so addresses alone are limited. */
  async function device({ deviceSecret }: v.InferOutput<typeof deviceSignIn>, address: string): Promise<Person> {
    await limits.count({ address });
    const enrolled = await accounts.device(createHash('sha256').update(deviceSecret).digest());
    if (!enrolled) throw new Problem('sign_in_failed');
    await accounts.recordSuccess(enrolled.schoolId, enrolled.userId);
    return { ...enrolled, kind: 'device' };
  }

  /**
   * As `adult`, for a child: class code, own picture, three pictures.
   *
   * @param sessionId the session that the browser has now, if any: an enrolled device's opens its class
   */
  async function child(
    { classCode, student, pictures }: v.InferOutput<typeof childSignIn>,
    address: string,
    sessionId: string | null,
  ): Promise<Person> {
    const code = classCode.toUpperCase();
    const tried = { address, classCode: code, child: `${code}/${student.toLowerCase()}` };
    await limits.count(tried);
    const classroom = await openClassroom(classCode, sessionId);
    const loginIndex = classroom
      ? await keyring.blindIndex(classroom.schoolId, 'login', `${classroom.classId}|${student}`)
      : Buffer.alloc(32);
    const credential = await accounts.child(classroom?.schoolId ?? nobody, classroom?.classId ?? nobody, loginIndex);
    return check(classroom?.schoolId ?? nobody, credential, pictures.join('-'), undefined, tried);
  }

  /** As `adult`, for a child with a card. Its 128 random bits are found by their hash alone: whatever is wrong, the work is the same. */
  async function card({ card: secret }: v.InferOutput<typeof cardSignIn>, address: string): Promise<Person> {
    const hash = cardHash(secret);
    const tried = { address, card: hash.toString('hex') };
    await limits.count(tried);
    const person = await accounts.childByCard(hash);
    if (!person) throw new Problem('sign_in_failed');
    await limits.succeeded(tried);
    return person;
  }

  async function check(
    schoolId: string,
    credential: Credential | null,
    secret: string,
    totp: string | undefined,
    tried: Tried,
  ): Promise<Person> {
    const isRight = await passwords.verify(credential?.secretHash ?? null, secret);
    if (!credential) throw new Problem('sign_in_failed');
    const isLocked = credential.lockedUntil !== null && credential.lockedUntil > new Date();
    if (isLocked || !isRight || !(await hasSecondFactor(schoolId, credential, totp))) {
      if (!isLocked) await accounts.recordFailure(schoolId, credential.userId);
      throw new Problem('sign_in_failed');
    }
    await accounts.recordSuccess(schoolId, credential.userId);
    await limits.succeeded(tried);
    return { schoolId, userId: credential.userId, kind: credential.kind };
  }

  async function hasSecondFactor(schoolId: string, { userId, totpSecret }: Credential, totp: string | undefined): Promise<boolean> {
    if (totpSecret === null) return true;
    const secret = await keyring.decrypt(
      { schoolId, subjectId: schoolId },
      { table: 'credentials', column: 'totp_secret_encrypted', row: userId },
      totpSecret,
    );
    return totp !== undefined && isTotp(Buffer.from(secret, 'base64'), totp, new Date());
  }

  /** The class of a code: on a device that is enrolled for it, or where its school lets pictures sign a child in on any. */
  async function openClassroom(classCode: string, sessionId: string | null) {
    const classroom = await accounts.classByCode(await keyring.lookupHash('class_code', classCode));
    if (!classroom || classroom.isPictureSignInAnywhere) return classroom;
    const isEnrolled = sessionId !== null && (await accounts.classOfDeviceSession(sessionId)) === classroom.classId;
    return isEnrolled ? classroom : null;
  }

  /** The children of a class, for the screen on which each finds their own picture. @param sessionId as for `child` */
  async function classOf(classCode: string, address: string, sessionId: string | null) {
    const tried = { address, classCode: classCode.toUpperCase() };
    await limits.count(tried);
    const classroom = await openClassroom(classCode, sessionId);
    if (!classroom) throw new Problem('sign_in_failed');
    await limits.succeeded(tried);
    const entries = await accounts.roster(classroom.schoolId, classroom.classId);
    const children = await keyring.opening(
      classroom.schoolId,
      entries.map(({ studentId }) => studentId),
      (ciphers) =>
        entries.flatMap(({ studentId, firstName, loginName, avatar }) => {
          const cipher = ciphers.get(studentId);
          if (!cipher) return [];
          return {
            student: cipher.decrypt({ table: 'credentials', column: 'login_name_encrypted', row: studentId }, loginName),
            firstName: cipher.decrypt({ table: 'users', column: 'first_name_encrypted', row: studentId }, firstName),
            avatar,
          };
        }),
    );
    return {
      className: classroom.className,
      children: children.toSorted((one, other) => one.firstName.localeCompare(other.firstName, 'en-GB')),
    };
  }

  return { adult, child, card, device, classOf };
}
