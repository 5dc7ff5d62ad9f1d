import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RecordsScene } from './records-scene.ts';
import { denied, unknown } from './refusals.ts';
import type { Person } from './world.ts';

/** A concern about a child: who raises it, who reads it, and all who never do. */

const scene = RecordsScene.open();
const { seen, insert } = scene;

describe('safeguarding flags', () => {
  test('are seen by the reporter and the lead alone, and lie in nobody’s bucket', async () => {
    const { world, place, elsewhere, father, assistant, lead, admin } = scene;
    for (const person of [place.teacher, lead]) expect(await seen(person, 'safeguarding_flags', place.flagId)).toBe(true);
    for (const person of [place.student, place.parent, father, assistant, elsewhere.teacher, admin, place.device]) {
      expect(await seen(person, 'safeguarding_flags', place.flagId), person.kind).toBe(false);
    }
    expect(await world.sql`select from sync_index where document_id = ${place.flagId}`).toHaveLength(0);
    expect(await world.sql`select from pg_trigger where tgrelid = 'safeguarding_flags'::regclass and tgname like 'stamp%'`).toHaveLength(0);
  });
  test('are raised by staff in their own name, and never reworded', async () => {
    const { world, place, assistant, lead } = scene;
    const flag = { student_id: place.student.id, text_encrypted: randomBytes(20) };
    await insert(assistant, 'safeguarding_flags', { ...flag, reporter_id: assistant.id });
    await expect(insert(assistant, 'safeguarding_flags', { ...flag, reporter_id: place.teacher.id })).rejects.toMatchObject(denied);
    await expect(insert(place.parent, 'safeguarding_flags', { ...flag, reporter_id: place.parent.id })).rejects.toMatchObject(denied);
    await expect(world.as(lead, (sql) => sql`update safeguarding_flags set text_encrypted = null`)).rejects.toMatchObject(denied);
  });
  test('outlast the piece that they are about, and are about a piece of that child alone', async () => {
    const { world, place, lead } = scene;
    const pieceId = await world.addCompletion(place.student, place.clubId);
    const flag = { id: randomUUID(), student_id: place.student.id, completion_id: pieceId, reporter_id: place.teacher.id };
    await insert(place.teacher, 'safeguarding_flags', flag);
    const other = { ...flag, id: randomUUID(), completion_id: randomUUID() };
    await expect(insert(place.teacher, 'safeguarding_flags', other)).rejects.toMatchObject(unknown);
    await world.sql`delete from homework_completions where school_id = ${place.schoolId} and id = ${pieceId}`;
    expect(await seen(lead, 'safeguarding_flags', flag.id)).toBe(true);
  });
  test('are in the audit log for nobody who only reads that, nor what was asked for', async () => {
    const { world, place, lead } = scene;
    const auditor = await world.addPerson(place.schoolId, 'teacher', 'data_protection_lead');
    const entries = (by: Person) =>
      world.as(
        by,
        (sql) => sql<{ kind: string }[]>`select distinct entity_type as kind from audit_log where subject_id = ${place.student.id}`,
      );
    const [logged] = await world.sql`
      select from audit_log where school_id = ${place.schoolId} and subject_id = ${place.student.id} and entity_type = 'safeguarding_flags'`;
    expect(logged).toBeDefined();
    const kinds = (await entries(auditor)).map(({ kind }) => kind);
    expect(kinds).toContain('student_levels');
    expect(kinds).not.toContain('safeguarding_flags');
    expect(await world.as(auditor, (sql) => sql`select from audit_log where entity_type = 'commands'`)).toHaveLength(0);
    // The lead reads no log at all.
    expect(await entries(lead)).toEqual([]);
  });
  test('are handled by the lead, in the lead’s own name', async () => {
    const { world, place, lead } = scene;
    const handle = (by: Person, handler: Person) =>
      world.as(
        by,
        (sql) =>
          sql`update safeguarding_flags set state = 'handled', handled_by = ${handler.id}, handled_at = now() where id = ${place.flagId}`,
      );
    await expect(handle(lead, place.teacher)).rejects.toMatchObject(denied);
    expect((await handle(place.teacher, place.teacher)).count).toBe(0);
    expect((await handle(lead, lead)).count).toBe(1);
  });
});
