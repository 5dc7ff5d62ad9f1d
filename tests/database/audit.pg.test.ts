import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';
let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());
test('x', async () => {
  const id = await world.addSchool();
  const student = await world.addPerson(id, 'student');
  const club = await world.addClub(id);
  await world.addCompletion(student, club);
  await world.sql`update homework_completions set minutes = 7, feeling = 'ok' where school_id = ${id}`;
  await world.sql`update clubs set name = 'x' where school_id = ${id}`;
  await world.sql`delete from homework_completions where school_id = ${id}`;
  console.log(await world.sql`select entity_type, action, old_values, new_values, acted_as, subject_id from audit_log where school_id = ${id} and entity_type not like 'role%' and entity_type in ('homework_completions', 'clubs', 'users')`);
  console.log(await world.asWorker(id, (sql) => sql`select app.seal_audit(${id})`));
});
