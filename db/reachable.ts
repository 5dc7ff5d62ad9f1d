import postgres from 'postgres';
import { StartError } from '#server/start-error.ts';

/** What went wrong, and what to do about it, by PostgreSQL's or the network's code. */
const adviceByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Start PostgreSQL, or mend host and port in DATABASE_URL.',
  ENOTFOUND: 'there is no such host. Mend DATABASE_URL.',
  EAI_AGAIN: 'its name cannot be looked up just now. Check the network, or mend DATABASE_URL.',
  CONNECT_TIMEOUT: 'it does not answer. Check that the server runs and that a firewall lets you through, or mend DATABASE_URL.',
  CONNECTION_CLOSED: 'it ended the connection at once: that is hardly PostgreSQL. Mend the port in DATABASE_URL.',
  '28P01': 'the password is wrong. Mend DATABASE_URL.',
  '28000': 'that user may not sign in from here. Mend DATABASE_URL, or the server’s pg_hba.conf.',
  '3D000': 'there is no such database. Create it (createdb), or mend the name in DATABASE_URL.',
  '53300': 'it has no connection left. Stop what holds them, or raise max_connections.',
  '57P03': 'it is still starting. Wait a moment and try again.',
};

const oldestVersion = 15;

/** Says in one sentence what is wrong with the database, if anything is. Throws StartError. */
export async function ensureReachable(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    const [server] = await sql<{ version: number; mayCreateRoles: boolean }[]>`
      select current_setting('server_version_num')::integer / 10000 as version, rolsuper or rolcreaterole as "mayCreateRoles"
      from pg_roles where rolname = current_user`;
    if (server && server.version < oldestVersion) {
      throw new StartError(
        `${place(adminUrl)} runs PostgreSQL ${String(server.version)}: StudyStreaks needs ${String(oldestVersion)} or newer.`,
      );
    }
    if (server && !server.mayCreateRoles) {
      throw new StartError(
        `The user of DATABASE_URL may not create roles at ${place(adminUrl)}. Use an administrator's, or grant it: alter role … createrole.`,
      );
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new StartError(`The database at ${place(adminUrl)} cannot be used: ${adviceByCode[code] ?? String(error)}`);
  } finally {
    await sql.end();
  }
}

/** Host, port and name: an address may hold a password, which belongs on no screen. */
function place(adminUrl: string): string {
  const { host, pathname } = new URL(adminUrl);
  return `${host}${pathname}`;
}
