import postgres, { type ISql, type Sql } from 'postgres';
import { columnTypes, type ColumnTypes } from './column-types.ts';
import { Lanes } from './lanes.ts';

/** A pool of connections of one database role, and others for transactions. */
export interface Database extends Sql<ColumnTypes> {
  readonly lanes: Lanes;
}
/** Statements of one transaction. */
export interface Transaction extends ISql<ColumnTypes> {
  /** What fails within is taken back, and nothing else. */
  savepoint<Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result>;
}

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
  const open = (most: number, onclose: () => void): Sql<ColumnTypes> =>
    postgres(url, {
      max: most,
      types: columnTypes,
      connect_timeout: 5,
      idle_timeout: 300,
      connection: {
        application_name: 'studystreaks',
        TimeZone: 'UTC',
        DateStyle: 'ISO',
        // Every statement finds its rows by index whatever is asked: planning it anew takes as long as running it.
        plan_cache_mode: 'force_generic_plan',
      },
      onnotice: () => undefined,
      onclose,
    });
  const pool = open(max, () => undefined);
  const lanes = new Lanes(max, (onclose) => open(1, onclose));
  const endPool = pool.end.bind(pool);
  const end: Database['end'] = async (options) => {
    await Promise.all([endPool(options), lanes.end(options)]);
  };
  return Object.assign(pool, { lanes, end });
}
