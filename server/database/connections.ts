import postgres, { type Sql, type TransactionSql } from 'postgres';

/** What a result row's columns become; `postgres` would turn instants into `Date` and lose the text of days. */
const types = {
  bigint: { to: 20, from: [20], serialize: (value: number) => String(value), parse: Number },
  date: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (text: string) => text },
  instant: {
    to: 1184,
    from: [1184],
    serialize: (value: string | Date) => (typeof value === 'string' ? value : value.toISOString()),
    parse: timestampToInstant,
  },
};

interface ColumnTypes extends Record<string, unknown> {
  bigint: number;
  date: string;
  instant: string;
}

/** A pool of connections of one database role. */
export type Database = Sql<ColumnTypes>;
/** Statements of one transaction. */
export type Transaction = TransactionSql<ColumnTypes>;

export interface Connections {
  /** Requests of people who are signed in; sees nothing before `app.enter`. */
  readonly authenticatedUser: Database;
  /** May call the authentication functions and nothing else. */
  readonly signIn: Database;
  /** Derivation, jobs, and whom to poke. */
  readonly backgroundWorker: Database;
  close(): Promise<void>;
}

/** The addresses of the pools: one for each database role that the server acts as. */
export interface RoleUrls {
  readonly authenticatedUser: string;
  readonly signIn: string;
  readonly backgroundWorker: string;
}

/** Opens one pool a role; each connects when it is first used. */
export function openConnections(urls: RoleUrls): Connections {
  const authenticatedUser = openPool(urls.authenticatedUser, 16);
  const signIn = openPool(urls.signIn, 4);
  const backgroundWorker = openPool(urls.backgroundWorker, 6);
  return {
    authenticatedUser,
    signIn,
    backgroundWorker,
    async close() {
      await Promise.all([authenticatedUser, signIn, backgroundWorker].map((pool) => pool.end({ timeout: 3 })));
    },
  };
}

/** One pool of one role, with the column types that the server expects. */
export function openPool(url: string, max: number): Database {
  return postgres(url, {
    max,
    types,
    connect_timeout: 5,
    idle_timeout: 300,
    connection: { application_name: 'studystreaks', TimeZone: 'UTC', DateStyle: 'ISO' },
    onnotice: () => undefined,
  });
}

/** `2026-11-24 08:30:00.12+00` (PostgreSQL's text in UTC) as `2026-11-24T08:30:00.120Z`, by text alone: no `Date`. */
export function timestampToInstant(text: string): string {
  const fraction = text.charAt(19) === '.' ? text.slice(20, text.indexOf('+', 20)) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
