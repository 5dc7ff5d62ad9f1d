import type { Sql, Transaction } from '../world.ts';

/** Any connection or transaction: a rule reads the catalogue and nothing else. */
export type Catalogue = Sql | Transaction;

/** One thing that the whole schema keeps to (security.md, db/CONVENTIONS.md). */
export interface Rule {
  /** What holds, as a sentence. */
  readonly sentence: string;
  /** What to do about a thing that breaks it. */
  readonly remedy: string;
  /** Names of the things that break it, each once. */
  readonly broken: (sql: Catalogue) => PromiseLike<readonly { readonly name: string }[]>;
}

/** What breaks a rule, each with what to do: `users.reader: name its roles`. */
export async function offenders(sql: Catalogue, { broken, remedy }: Rule): Promise<string[]> {
  return (await broken(sql)).map(({ name }) => `${name}: ${remedy}`).sort();
}

/** Oids of the tables that belong to a school, partitions among them. What is listed here stands for every rule but the ones on it. */
export const tenantTables = (sql: Catalogue) => sql`
  select c.oid, c.relname, c.relispartition, school.attnum as school_attnum
  from pg_class c
  join pg_attribute school on school.attrelid = c.oid and school.attname = 'school_id' and not school.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> ${lookupAcrossSchools}`;

/** The one table that is unique across schools, since nobody knows the school yet when it is asked (security.md). */
export const lookupAcrossSchools = 'sign_in_lookup';

/** The roles that people's requests run as. */
export const requestRoles = ['authenticated_user', 'sign_in'];

/** The roles that connect and are held back by policies: all but `backup`, which reads everything. */
export const heldRoles = ['auditor', 'authenticated_user', 'background_worker', 'monitor', 'sign_in'];
