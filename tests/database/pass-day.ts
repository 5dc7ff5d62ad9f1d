import type { World } from './world.ts';

const relations = ['class_students', 'teacher_classes', 'parent_students'] as const;

/** A day passes: everything that is dated lies a day further back, and nobody has looked yet. */
export async function passDay(world: World, schoolId: string): Promise<void> {
  await world.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    for (const table of relations) {
      // Far away and back, so that no two rows meet on the way.
      for (const days of [-100_000, 99_999]) {
        await sql`
          update ${sql(table)} set from_on = from_on + ${days}::integer, until_on = until_on + ${days}::integer where school_id = ${schoolId}`;
      }
    }
    await sql`
      update user_roles set valid_from = valid_from - interval '1 day', valid_until = valid_until - interval '1 day'
      where school_id = ${schoolId}`;
    await sql`
      update devices set lease_until = lease_until - interval '1 day', created_at = created_at - interval '1 day' where school_id = ${schoolId}`;
    await sql`
      update access_grants set expires_at = expires_at - interval '1 day', user_role_ends = array(
        select ends - interval '1 day' from unnest(user_role_ends) with ordinality as each (ends, position) order by position)
      where school_id = ${schoolId}`;
    await sql`update access_reach set holds_until = holds_until - interval '1 day' where school_id = ${schoolId}`;
    await sql`update school_clock set dates_turned_at = dates_turned_at - interval '1 day' where school_id = ${schoolId}`;
  });
}
