import type { School } from './scene.ts';
import type { Transaction } from '../world.ts';

/**
 * Sets, as injected SQL or a fault in working rights out could, every permission over everything that has a scope in these
 * schools, and says who is asking. The tenant policies alone must hold then.
 */
export async function forgeRights(sql: Transaction, scopes: readonly string[], person: School['teacher']): Promise<void> {
  await sql`
    select set_config('app.reach.' || permission.name || '.x' || part.digit, part.scopes, true)
    from (select name from permissions union all select 'people') permission
    cross join (select right(scope, 1) as digit, string_agg(scope, ',') as scopes from unnest(${[...scopes]}::text[]) as scope group by 1) part`;
  await sql`
    select set_config('app.scopes.' || name, ${`{${scopes.join(',')}}`}, true), set_config('app.people_known', 'yes', true),
      set_config('app.user_id', ${person.id}, true), set_config('app.user_kind', ${person.kind}, true)
    from permissions`;
}

/** Everything of these schools that a right can be over. */
export async function scopesOf(sql: Transaction, schools: readonly School[]): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'scope_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
  const ids = schools.map(({ id }) => id);
  const scopes = new Set<string>(ids);
  for (const { name } of tables) {
    const rows = await sql<{ scope: string }[]>`select distinct scope_id as scope from ${sql(name)} where school_id in ${sql(ids)}`;
    for (const { scope } of rows) scopes.add(scope);
  }
  return [...scopes];
}
