import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { retentionDefaults } from '#server/privacy/retention-defaults.ts';
import { RetentionScene } from './retention-scene.ts';

/** What is kept for how long, and who says so. */

const scene = RetentionScene.open();
const { retention } = scene;

describe('policies', () => {
  test('the defaults in the database are the ones in the code', async () => {
    const { world } = scene;
    const rows = await world.sql<{ name: string }[]>`
      select entity_type as name, basis, period, unit, sentence from retention_defaults`;
    expect(Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest]))).toEqual(retentionDefaults);
  });

  test('a school may keep for less, never for longer', async () => {
    const { world, schoolId } = scene;
    const set = (period: number) =>
      world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'notices', ${period})`;
    await expect(set(91)).rejects.toMatchObject({ code: '23514' });
    await set(30);
    const longer = world.sql`update data_retention_policies set period = 1000 where school_id = ${schoolId}`;
    await expect(longer).rejects.toMatchObject({ code: '23514' });
    const [policy] = await world.sql`select basis, unit from data_retention_policies where school_id = ${schoolId}`;
    expect(policy).toEqual({ basis: 'created', unit: 'days' });
  });

  test('only the data protection lead sets them, places holds, and sees what was removed', async () => {
    const { world, schoolId, child, mother, teacher } = scene;
    const lead = await world.addPerson(schoolId, 'teacher', 'data_protection_lead');
    const policy = { school_id: schoolId, id: randomUUID(), entity_type: 'notices', period: 10 };
    const held = { school_id: schoolId, id: randomUUID(), subject_id: child.id, reason_encrypted: randomBytes(8) };
    for (const person of [teacher, mother, child]) {
      await expect(world.as(person, (sql) => sql`insert into data_retention_policies ${sql(policy)}`)).rejects.toMatchObject({
        code: '42501',
      });
      await expect(world.as(person, (sql) => sql`insert into legal_holds ${sql({ ...held, placed_by: person.id })}`)).rejects.toMatchObject(
        { code: '42501' },
      );
      expect(await world.as(person, (sql) => sql`select id from legal_holds`)).toHaveLength(0);
    }
    await world.as(lead, (sql) => sql`insert into data_retention_policies ${sql(policy)}`);
    await world.as(lead, (sql) => sql`insert into legal_holds ${sql({ ...held, placed_by: lead.id })}`);
    await retention().apply(schoolId);
    expect(await world.as(lead, (sql) => sql`select id from retention_runs`)).toHaveLength(1);
    expect(await world.as(mother, (sql) => sql`select id from retention_runs`)).toHaveLength(0);
  });
});
