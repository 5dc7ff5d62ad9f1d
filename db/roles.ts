/* eslint-disable no-restricted-syntax -- The one place where statements are put together: roles, their passwords and limits take
   no parameters. Everything in them stands in this file or is quoted by the server. */
import { createHmac } from 'node:crypto';
import postgres from 'postgres';

interface LoginRole {
  /** Connections that the whole cluster gives this role. */
  readonly connections: number;
  /** Milliseconds that one statement may take; 0: as long as it takes. */
  readonly statementTimeout: number;
  /** Milliseconds that one statement may wait for a lock, the school's clock among them. */
  readonly lockTimeout: number;
  /** Milliseconds that a transaction may sit between two statements; 0: as long as it likes. */
  readonly idleTimeout: number;
}

/** The roles that connect; what each may do is granted in the migrations. `studystreaks_owner` owns everything and never logs in. */
const loginRoles = {
  authenticated_user: { connections: 50, statementTimeout: 15_000, lockTimeout: 10_000, idleTimeout: 15_000 },
  sign_in: { connections: 15, statementTimeout: 5_000, lockTimeout: 3_000, idleTimeout: 5_000 },
  background_worker: { connections: 30, statementTimeout: 300_000, lockTimeout: 60_000, idleTimeout: 300_000 },
  auditor: { connections: 3, statementTimeout: 60_000, lockTimeout: 5_000, idleTimeout: 60_000 },
  monitor: { connections: 3, statementTimeout: 10_000, lockTimeout: 2_000, idleTimeout: 10_000 },
  // A dump takes hours, in one transaction that waits while its parts are written; its locks come first, or it gives up.
  backup: { connections: 3, statementTimeout: 0, lockTimeout: 60_000, idleTimeout: 0 },
} as const satisfies Record<string, LoginRole>;

export type DatabaseRole = keyof typeof loginRoles;

/** The password of a role: derived, so that no list of passwords has to be kept beside the master key. */
function rolePassword(role: DatabaseRole, secret: string): string {
  return createHmac('sha256', secret).update(`database-role:${role}`).digest('base64url');
}

/** The address by which a pool of this role connects to the database of `adminUrl`. */
export function roleUrl(adminUrl: string, role: DatabaseRole, secret: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = rolePassword(role, secret);
  return url.href;
}

/**
 * Creates the cluster's roles, or brings them in line: passwords from `secret` (hex of the master key), limits, and
 * what the owner needs in this database to migrate. May be called at every start, also by several processes at once.
 */
export async function prepareRoles(adminUrl: string, secret: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(7010)`;
      const [admin] = await transaction<{ name: string; isSuperuser: boolean }[]>`
        select rolname as name, rolsuper as "isSuperuser" from pg_roles where rolname = current_user`;
      await ensureRole(transaction, 'studystreaks_owner', 'nologin');
      for (const [role, limits] of Object.entries(loginRoles)) {
        if (!isDatabaseRole(role)) continue;
        await ensureRole(
          transaction,
          role,
          `login connection limit ${String(limits.connections)} password '${rolePassword(role, secret)}'`,
        );
        await run(transaction, `alter role ${role} set statement_timeout = ${String(limits.statementTimeout)}`);
        await run(transaction, `alter role ${role} set lock_timeout = ${String(limits.lockTimeout)}`);
        await run(transaction, `alter role ${role} set idle_in_transaction_session_timeout = ${String(limits.idleTimeout)}`);
      }
      await transaction`grant pg_monitor to monitor`;
      await transaction`grant pg_read_all_data to backup`;
      // Only a superuser can let a role read past row level security; without one the backup role is set up by hand.
      if (admin?.isSuperuser) await transaction`alter role backup bypassrls`;
      else await transaction`grant studystreaks_owner to current_user`;

      const [database] = await transaction<{ name: string }[]>`select quote_ident(current_database()) as name`;
      if (database) await run(transaction, `grant create on database ${database.name} to studystreaks_owner`);
      await transaction`grant usage, create on schema public to studystreaks_owner`;
      await transaction`revoke create on schema public from public`;
    });
  } finally {
    await sql.end();
  }
}

async function ensureRole(sql: postgres.TransactionSql, role: string, options: string): Promise<void> {
  const [found] = await sql`select 1 from pg_roles where rolname = ${role}`;
  if (!found) await run(sql, `create role ${role}`);
  await run(sql, `alter role ${role} nocreatedb nocreaterole ${options}`);
}

async function run(sql: postgres.TransactionSql, statement: string): Promise<void> {
  await sql.unsafe(statement);
}

function isDatabaseRole(name: string): name is DatabaseRole {
  return name in loginRoles;
}
