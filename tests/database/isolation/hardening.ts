import { heldRoles } from '../rules/rule.ts';
import type { DatabaseRole } from '#db/roles.ts';
import { baseTables } from './reading.ts';
import { refusal, type Scene } from './scene.ts';

export const hardeningChecks = {
  async 'not even the owner reads with row level security switched off'({ asStranger }: Scene) {
    return asStranger('studystreaks_owner', async (sql) => {
      await sql`set local row_security = off`;
      await sql`
        do $$
        declare
          readable text := '';
          target regclass;
        begin
          for target in
            select c.oid from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          loop
            begin
              execute format('select from %s limit 1', target);
              readable := readable || target || ',';
            exception when insufficient_privilege then null;
            end;
          end loop;
          perform set_config('test.readable', readable, true);
        end
        $$`;
      const [found] = await sql<{ readable: string }[]>`select current_setting('test.readable') as readable`;
      return (found?.readable ?? '')
        .split(',')
        .filter((name) => name !== '')
        .map((name) => `the owner passes by the policies of ${name}`);
    });
  },

  async 'what a request reads it finds by its school’s index, not by asking every row of every school'({ as, own }: Scene) {
    return as(own.teacher, async (sql) => {
      // A small table would be read whole: only what cannot use an index is left with a scan.
      await sql`set local enable_seqscan = off`;
      const scanned: string[] = [];
      for (const table of await baseTables(sql)) {
        const [may] = await sql<{ may: boolean }[]>`select has_column_privilege(${table}, 'school_id', 'select') as may`;
        if (!may?.may) continue;
        const plan = await sql<{ 'QUERY PLAN': string }[]>`explain (costs off) select school_id from ${sql(table)}`;
        if (plan.some((line) => line['QUERY PLAN'].includes('Seq Scan'))) scanned.push(`${table} is read whole`);
      }
      return scanned;
    });
  },

  async 'nobody’s own tables answer for the real ones'({ as, own }: Scene) {
    return as(own.teacher, async (sql) => {
      const made = await refusal(
        sql,
        (inside) => inside`
        create temporary table school_clock on commit drop as select ${own.id}::uuid as school_id, 1::bigint as epoch, -7::bigint as version`,
      );
      if (made !== null) return [];
      await sql`grant select on pg_temp.school_clock to studystreaks_owner`;
      await sql`set local search_path = pg_temp, public`;
      const [head] = await sql<{ version: number }[]>`select version from app.head()`;
      return head?.version === -7 ? ['app.head() reads a table that whoever asked has made'] : [];
    });
  },

  async 'nobody acts as another role'({ asStranger }: Scene) {
    const found: string[] = [];
    for (const role of heldRoles as DatabaseRole[]) {
      const others = await asStranger(
        role,
        (sql) => sql<{ name: string }[]>`
        select rolname as name from pg_roles
        where rolname = any (${['studystreaks_owner', 'backup', ...heldRoles]}) and rolname <> current_user and pg_has_role(rolname, 'member')`,
      );
      found.push(...others.map(({ name }) => `${role} may act as ${name}`));
    }
    return found;
  },

  async 'what is for jobs or for signing in to call is refused to requests'({ as, own, other }: Scene) {
    return as(own.teacher, async (sql) => {
      const codes = [
        await refusal(sql, (inside) => inside`select * from app.touched_since(${other.id}, 0)`),
        await refusal(sql, (inside) => inside`select * from app.class_roster(${other.id}, ${other.id})`),
      ];
      return codes.filter((code) => code !== '42501').map((code) => `a request asks past its rights: ${String(code)}`);
    });
  },

  async 'secrets are refused, not merely empty'({ as, asStranger, own }: Scene) {
    const secrets = (sql: Parameters<typeof refusal>[0]) => refusal(sql, (inside) => inside`select password_hash from credentials`);
    const codes = [await as(own.teacher, secrets), await asStranger('sign_in', secrets), await asStranger('background_worker', secrets)];
    return codes.filter((code) => code !== '42501').map((code) => `passwords may be asked for: ${String(code)}`);
  },
};
