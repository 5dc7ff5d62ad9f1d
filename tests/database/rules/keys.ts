import { tenantTables, type Rule } from './rule.ts';

export const keyRules = {
  primaryKeys: {
    sentence: 'the primary key is school_id and then the id, or what the id is another name for',
    remedy: 'primary key (school_id, id)',
    broken: (sql) => sql`
      select tenant.relname as name from (${tenantTables(sql)}) tenant
      left join pg_constraint key on key.conrelid = tenant.oid and key.contype = 'p'
      where key.oid is null or key.conkey[1] <> tenant.school_attnum or not exists (
        select from pg_attribute id
        left join pg_attrdef generated on generated.adrelid = id.attrelid and generated.adnum = id.attnum
        where id.attrelid = tenant.oid and id.attname = 'id' and not id.attisdropped and (
          id.attnum = any (key.conkey)
          or id.attgenerated = 's' and exists (
            select from pg_attribute a
            where a.attrelid = tenant.oid and a.attnum = any (key.conkey) and a.attname = pg_get_expr(generated.adbin, generated.adrelid))
          -- A school is its own: the other way round.
          or exists (
            select from pg_attrdef school
            where school.adrelid = tenant.oid and school.adnum = tenant.school_attnum and pg_get_expr(school.adbin, school.adrelid) = 'id')))`,
  },
  uniqueKeys: {
    sentence: 'every unique key of a tenant table begins with school_id: a duplicate would tell of another school',
    remedy: 'put school_id first',
    broken: (sql) => sql`
      select i.indexrelid::regclass::text as name from pg_index i
      join (${tenantTables(sql)}) tenant on tenant.oid = i.indrelid
      where (i.indisunique or i.indisexclusion) and i.indkey[0] <> tenant.school_attnum`,
  },
  indexes: {
    sentence: 'every index of a tenant table begins with school_id',
    remedy: 'put school_id first, for the tenant policy and for a table that is spread by school',
    broken: (sql) => sql`
      select i.indexrelid::regclass::text as name from pg_index i
      join (${tenantTables(sql)}) tenant on tenant.oid = i.indrelid
      where i.indkey[0] <> tenant.school_attnum`,
  },
  foreignKeys: {
    sentence: 'every reference between tenant tables goes from school_id to school_id',
    remedy: 'foreign key (school_id, …) references … (school_id, …)',
    broken: (sql) => sql`
      select con.conrelid::regclass || '.' || con.conname as name
      from pg_constraint con
      join (${tenantTables(sql)}) tenant on tenant.oid = con.conrelid
      join (${tenantTables(sql)}) target on target.oid = con.confrelid
      where con.contype = 'f' and not exists (
        select from unnest(con.conkey, con.confkey) as pair (own, other) where pair.own = tenant.school_attnum and pair.other = target.school_attnum)`,
  },
  references: {
    sentence: 'no reference sets null or a default: a row never loses what it belongs to',
    remedy: 'on delete cascade, restrict or no action',
    broken: (sql) => sql`
      select con.conrelid::regclass || '.' || con.conname as name
      from pg_constraint con join pg_class c on c.oid = con.conrelid and c.relnamespace = 'public'::regnamespace
      where con.contype = 'f' and (con.confdeltype in ('n', 'd') or con.confupdtype in ('n', 'd'))`,
  },
} satisfies Record<string, Rule>;
