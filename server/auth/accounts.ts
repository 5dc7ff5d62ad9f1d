import type { Database } from '../database/connections.ts';
import { toUserKind } from '../database/enter.ts';
import type { UserKind } from '#domain/permissions/roles.ts';

/** What signing somebody in needs to know of them. */
export interface Credential {
  readonly userId: string;
  readonly kind: UserKind;
  readonly secretHash: string | null;
  readonly totpSecret: Uint8Array | null;
  readonly lockedUntil: Date | null;
}

export interface Classroom {
  readonly schoolId: string;
  readonly classId: string;
  readonly className: string;
  readonly isPictureSignInAnywhere: boolean;
}

/** A class device that its secret has named. */
export interface EnrolledDevice {
  readonly schoolId: string;
  readonly userId: string;
  readonly leaseUntil: Date;
}

export interface RosterEntry {
  readonly studentId: string;
  readonly firstName: Uint8Array;
  readonly loginName: Uint8Array;
  readonly avatar: string;
}

/** Of somebody who is signed in, and has a password. */
export interface OwnCredential {
  readonly schoolId: string;
  readonly userId: string;
  readonly secretHash: string;
  readonly lockedUntil: Date | null;
}

/** The authentication functions of the database, called as `sign_in`, which can read no table. */
export interface Accounts {
  schoolBySlug(slugHash: Uint8Array): Promise<string | null>;
  adult(schoolId: string, emailIndex: Uint8Array): Promise<Credential | null>;
  classByCode(codeHash: Uint8Array): Promise<Classroom | null>;
  roster(schoolId: string, classId: string): Promise<readonly RosterEntry[]>;
  child(schoolId: string, classId: string, loginIndex: Uint8Array): Promise<Credential | null>;
  /** Whose card it is, by its hash; noted as having been here. */
  childByCard(cardHash: Uint8Array): Promise<(Pick<Credential, 'userId' | 'kind'> & { readonly schoolId: string }) | null>;
  device(secretHash: Uint8Array): Promise<EnrolledDevice | null>;
  /** The class of the enrolled device whose live session this is. */
  classOfDeviceSession(sessionId: string): Promise<string | null>;
  recordFailure(schoolId: string, userId: string): Promise<void>;
  recordSuccess(schoolId: string, userId: string): Promise<void>;
  /** Null where there is no such session, or no password. */
  credentialOfSession(sessionId: string): Promise<OwnCredential | null>;
  /** Ends the person's other sessions too. @returns their ids */
  changePassword(sessionId: string, passwordHash: string): Promise<readonly string[]>;
  /** @returns ids of the sessions that have ended */
  endOtherSessions(sessionId: string): Promise<readonly string[]>;
  registerDevice(schoolId: string, userId: string, deviceId: string): Promise<void>;
  /** The device seals work under the token (S30); its hash alone is kept. */
  issueDeliveryToken(schoolId: string, userId: string, deviceId: string | null, tokenHash: Uint8Array): Promise<void>;
}

interface CredentialRow {
  readonly user_id: string;
  readonly kind: string;
  readonly secret_hash: string | null;
  readonly totp_secret_encrypted: Uint8Array | null;
  readonly locked_until: string | null;
}

export function createAccounts(sql: Database): Accounts {
  return {
    async schoolBySlug(slugHash) {
      const [row] = await sql<{ school_id: string }[]>`select school_id from app.school_by_slug(${slugHash})`;
      return row?.school_id ?? null;
    },
    async adult(schoolId, emailIndex) {
      const [row] = await sql<CredentialRow[]>`
        select user_id, kind, password_hash as secret_hash, totp_secret_encrypted, locked_until
        from app.adult_credential(${schoolId}, ${emailIndex})`;
      return row ? toCredential(row) : null;
    },
    async classByCode(codeHash) {
      const [row] = await sql<{ school_id: string; class_id: string; class_name: string; picture_sign_in_anywhere: boolean }[]>`
        select school_id, class_id, class_name, picture_sign_in_anywhere from app.class_by_code(${codeHash})`;
      return row
        ? {
            schoolId: row.school_id,
            classId: row.class_id,
            className: row.class_name,
            isPictureSignInAnywhere: row.picture_sign_in_anywhere,
          }
        : null;
    },
    async roster(schoolId, classId) {
      const rows = await sql<{ student_id: string; first_name_encrypted: Uint8Array; login_name_encrypted: Uint8Array; avatar: string }[]>`
        select student_id, first_name_encrypted, login_name_encrypted, avatar from app.class_roster(${schoolId}, ${classId})`;
      return rows.map((row) => ({
        studentId: row.student_id,
        firstName: row.first_name_encrypted,
        loginName: row.login_name_encrypted,
        avatar: row.avatar,
      }));
    },
    async child(schoolId, classId, loginIndex) {
      const [row] = await sql<CredentialRow[]>`
        select user_id, kind, picture_code_hash as secret_hash, null::bytea as totp_secret_encrypted, locked_until
        from app.child_credential(${schoolId}, ${classId}, ${loginIndex})`;
      return row ? toCredential(row) : null;
    },
    async childByCard(cardHash) {
      const [row] = await sql<{ school_id: string; user_id: string; kind: string }[]>`
        select school_id, user_id, kind from app.child_by_card(${cardHash})`;
      return row ? { schoolId: row.school_id, userId: row.user_id, kind: toUserKind(row.kind) } : null;
    },
    async device(secretHash) {
      const [row] = await sql<{ school_id: string; user_id: string; lease_until: string }[]>`
        select school_id, user_id, lease_until from app.device_by_secret(${secretHash})`;
      return row ? { schoolId: row.school_id, userId: row.user_id, leaseUntil: new Date(row.lease_until) } : null;
    },
    async classOfDeviceSession(sessionId) {
      const [row] = await sql<{ class_id: string | null }[]>`select app.class_of_device_session(${sessionId}) as class_id`;
      return row?.class_id ?? null;
    },
    async recordFailure(schoolId, userId) {
      await sql`select app.record_failure(${schoolId}, ${userId})`;
    },
    async recordSuccess(schoolId, userId) {
      await sql`select app.record_success(${schoolId}, ${userId})`;
    },
    async credentialOfSession(sessionId) {
      const [row] = await sql<{ school_id: string; user_id: string; password_hash: string | null; locked_until: string | null }[]>`
        select school_id, user_id, password_hash, locked_until from app.credential_of_session(${sessionId})`;
      if (!row || row.password_hash === null) return null;
      const lockedUntil = row.locked_until === null ? null : new Date(row.locked_until);
      return { schoolId: row.school_id, userId: row.user_id, secretHash: row.password_hash, lockedUntil };
    },
    async changePassword(sessionId, passwordHash) {
      const rows = await sql<{ ended: string }[]>`select app.change_password(${sessionId}, ${passwordHash}) as ended`;
      return rows.map(({ ended }) => ended);
    },
    async endOtherSessions(sessionId) {
      const rows = await sql<{ ended: string }[]>`select app.end_other_sessions(${sessionId}) as ended`;
      return rows.map(({ ended }) => ended);
    },
    async registerDevice(schoolId, userId, deviceId) {
      await sql`select app.register_device(${schoolId}, ${userId}, ${deviceId})`;
    },
    async issueDeliveryToken(schoolId, userId, deviceId, tokenHash) {
      await sql`select app.issue_delivery_token(${schoolId}, ${userId}, ${deviceId}, ${tokenHash})`;
    },
  };
}

function toCredential(row: CredentialRow): Credential {
  return {
    userId: row.user_id,
    kind: toUserKind(row.kind),
    secretHash: row.secret_hash,
    totpSecret: row.totp_secret_encrypted,
    lockedUntil: row.locked_until === null ? null : new Date(row.locked_until),
  };
}
