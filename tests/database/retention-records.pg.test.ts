import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import { dayOf, RetentionScene } from './retention-scene.ts';
import type { Person } from './world.ts';

/** What serves for a while and goes after its time: notices, cheers, commands, letters, the audit log, tombstones. */

const scene = RetentionScene.open();
const { retention, due, hold, endHolds } = scene;

describe('short-lived records', () => {
  test('go after their time, and those of a held person stay', async () => {
    const { world, schoolId, mother, teacher } = scene;
    const addNotice = (user: Person, day: string) => world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      values (${schoolId}, ${randomUUID()}, 'account', ${user.id}, 'rejection', 'not_allowed', 'No', ${day})`;
    const addRefused = (user: Person, day: string) => world.sql`
      insert into rejected_pushes (school_id, id, user_id, collection, document_id, code, payload_encrypted, created_at)
      values (${schoolId}, ${randomUUID()}, ${user.id}, 'completions', ${randomUUID()}, 'not_allowed', ${randomBytes(8)}, ${day})`;
    for (const user of [mother, teacher]) {
      for (const day of [dayOf(-91), dayOf(-90)]) await addNotice(user, day);
      for (const day of [dayOf(-31), dayOf(-30)]) await addRefused(user, day);
      await world.sql`select app.create_session(${schoolId}, ${randomBytes(32).toString('hex')}, ${user.id}, null, ${dayOf(-8)}, ${dayOf(-8)})`;
    }
    await hold(teacher);
    expect(await retention().apply(schoolId)).toMatchObject({ notices: 1, refused_pushes: 1, sessions: 1 });
    await endHolds();
    expect(await retention().apply(schoolId)).toMatchObject({ notices: 1, refused_pushes: 1, sessions: 1 });
  });

  test('cheers go after 90 days, and from the buddies’ devices; those of a held child stay', async () => {
    const { world, schoolId, child } = scene;
    const [place] = await world.sql<{ classId: string }[]>`
      select class_id as "classId" from class_students where school_id = ${schoolId}`;
    const { classId } = must(place, 'the child is in a class');
    const buddies = [child, await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
    for (const buddy of buddies.slice(1)) await world.joinClass(buddy, classId);
    const groupId = randomUUID();
    await world.sql.begin(async (sql) => {
      await sql`insert into buddy_groups (school_id, id, class_id, name) values (${schoolId}, ${groupId}, ${classId}, 'Otters')`;
      for (const { id } of buddies)
        await sql`
          insert into buddy_group_students (school_id, id, group_id, class_id, student_id, joined_at)
          values (${schoolId}, ${randomUUID()}, ${groupId}, ${classId}, ${id}, now())`;
    });
    const addCheer = async (buddy: Person | undefined, day: string): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into buddy_cheers (school_id, id, group_id, student_id, phrase, captured_at, created_at)
        values (${schoolId}, ${id}, ${groupId}, ${must(buddy, 'there are three').id}, 1, ${day}, ${day})`;
      return id;
    };
    const [, other, held] = buddies;
    const due = await addCheer(other, dayOf(-91));
    const kept = [await addCheer(other, dayOf(-90)), await addCheer(held, dayOf(-91))];
    await hold(must(held, 'there are three'));
    expect(await retention().apply(schoolId)).toEqual({ cheers: 1 });
    const left = await world.sql<{ id: string }[]>`select id from buddy_cheers where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    expect(await world.sql`select is_deleted from sync_index where collection = 'cheers' and document_id = ${due}`).toEqual([
      { is_deleted: true },
    ]);
  });

  test('of commands only settled ones go, 400 days after they were', async () => {
    const { world, schoolId, teacher } = scene;
    const addCommand = async (user: Person, settledOn: string | null): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into commands (school_id, id, user_id, kind, payload_encrypted, captured_at, created_at, state, settled_at)
        values (${schoolId}, ${id}, ${user.id}, 'place_on_level', ${settledOn === null ? randomBytes(8) : null}, '2024-01-01', '2024-01-01',
          ${settledOn === null ? 'received' : 'applied'}, ${settledOn})`;
      return id;
    };
    const held = await world.addPerson(schoolId, 'teacher');
    await hold(held);
    const due = await addCommand(teacher, dayOf(-401));
    const kept = [await addCommand(teacher, dayOf(-400)), await addCommand(teacher, null), await addCommand(held, dayOf(-401))];
    expect(await retention().apply(schoolId)).toEqual({ commands: 1 });
    const left = await world.sql<{ id: string }[]>`select id from commands where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    // Its author's devices are told.
    expect(await world.sql`select is_deleted from sync_index where collection = 'commands' and document_id = ${due}`).toEqual([
      { is_deleted: true },
    ]);
    await endHolds();
    expect(await retention().apply(schoolId)).toEqual({ commands: 1 });
  });

  test('of letters to parents only those go that were used or ended a year ago, with all that finds their codes', async () => {
    const { world, schoolId, child, mother } = scene;
    const held = await world.addPerson(schoolId, 'student');
    await hold(held);
    const add = async (student: Person, made: string, over: { used?: string; revoked?: string } = {}): Promise<string> => {
      const id = randomUUID();
      await world.sql`
        insert into invitations (school_id, id, student_id, code_hash, created_at, expires_at, used_by, used_at, revoked_at)
        values (${schoolId}, ${id}, ${student.id}, ${randomBytes(32)}, ${made}, ${made}::date + 30, ${over.used === undefined ? null : mother.id},
          ${over.used ?? null}, ${over.revoked ?? null})`;
      return id;
    };
    const due = [
      await add(child, '2025-11-01', { used: '2025-11-23' }),
      await add(child, '2025-11-01', { revoked: '2025-11-23' }),
      await add(child, '2025-10-01'),
    ];
    const kept = [
      await add(child, '2025-11-01', { used: '2025-11-24' }),
      await add(child, '2025-10-30'),
      await add(child, dayOf(-1)),
      await add(held, '2025-10-01'),
    ];
    const lookups = () => world.sql`select from sign_in_lookup where school_id = ${schoolId} and kind = 'invitation'`;
    expect(await lookups()).toHaveLength(due.length + kept.length);
    expect(await retention().apply(schoolId)).toEqual({ invitations: due.length });
    const left = await world.sql<{ id: string }[]>`select id from invitations where school_id = ${schoolId}`;
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
    expect(await lookups()).toHaveLength(kept.length);
    await endHolds();
    expect(await retention().apply(schoolId)).toEqual({ invitations: 1 });
  });

  test('the audit log goes after a year, day by day, and nothing that came after an entry about a held person', async () => {
    const { world, schoolId, child } = scene;
    await world.seal(schoolId);
    // The days of a week more than a year ago; the child's own entry on the third.
    for (const table of ['audit_log', 'audit_seals'])
      await world.sql`
        update ${world.sql(table)} entry set timestamp = ${dayOf(-372)}::timestamptz + interval '1 day' * (numbered.position % 6)
        from (select id, position from audit_seals where school_id = ${schoolId}) numbered
        where entry.school_id = ${schoolId} and entry.id = numbered.id`;
    await world.sql`
      update audit_log set timestamp = ${dayOf(-370)} where school_id = ${schoolId} and subject_id = ${child.id} and timestamp < ${dayOf(-370)}`;
    await world.sql`
      update audit_seals seal set timestamp = log.timestamp from audit_log log
      where seal.school_id = ${schoolId} and log.school_id = ${schoolId} and log.id = seal.id`;
    const old = async (): Promise<Date[]> => {
      const rows = await world.sql<{ at: Date }[]>`
        select timestamp as at from audit_log where school_id = ${schoolId} and timestamp < ${dayOf(-366)} order by 1`;
      return rows.map(({ at }) => at);
    };
    const promised = (await old()).length;
    expect(await due('audit')).toBe(promised);
    await hold(child);
    await retention().apply(schoolId);
    const kept = await old();
    expect(kept.length).toBeLessThan(promised);
    expect(kept[0]?.toISOString().slice(0, 10)).toBe(dayOf(-370));
    await endHolds();
    expect((await retention().apply(schoolId)).audit).toBe(kept.length);
    expect(await old()).toEqual([]);
  });

  test('a school that keeps less has less; an inactive policy is as none', async () => {
    const { world, schoolId, mother } = scene;
    await world.sql`
      insert into notices (school_id, id, audience, user_id, kind, code, message, created_at)
      values (${schoolId}, ${randomUUID()}, 'account', ${mother.id}, 'rejection', 'not_allowed', 'No', ${dayOf(-20)})`;
    expect(await due('notices')).toBe(0);
    await world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'notices', 10)`;
    expect(await due('notices')).toBe(1);
    await world.sql`update data_retention_policies set is_active = false where school_id = ${schoolId}`;
    expect(await due('notices')).toBe(0);
    await world.sql`update data_retention_policies set is_active = true where school_id = ${schoolId}`;
    expect(await retention().apply(schoolId)).toEqual({ notices: 1 });
    const [policy] = await world.sql`select deletion_date::text from data_retention_policies where school_id = ${schoolId}`;
    expect(policy).toEqual({ deletion_date: dayOf(-10) });
  });
});

describe('tombstones', () => {
  test('and closed grants go after 400 days, and the floor is raised with them (S2)', async () => {
    const { world, schoolId, clubId, child, teacher } = scene;
    const gone = await world.addCompletion(child, clubId);
    await world.sql`delete from homework_completions where school_id = ${schoolId} and id = ${gone}`;
    await world.sql`delete from teacher_classes where school_id = ${schoolId} and teacher_id = ${teacher.id}`;
    const version = await world.versionOf(schoolId);
    await world.sql`insert into clock_marks (school_id, marked_on, version) values (${schoolId}, ${dayOf(-401)}, ${version})`;
    const later = await world.addCompletion(child, clubId);
    await world.sql`delete from homework_completions where school_id = ${schoolId} and id = ${later}`;

    const reach = () => world.sql`select names, settings from access_reach where school_id = ${schoolId} order by user_id`;
    const reachBefore = await reach();
    expect(await due('tombstones')).toBeGreaterThan(2);
    await retention().apply(schoolId);
    const left = await world.sql<{ document_id: string }[]>`
      select distinct document_id from sync_index where school_id = ${schoolId} and is_deleted`;
    expect(left.map((row) => row.document_id)).toEqual([later]);
    expect(await world.sql`select from access_grants where school_id = ${schoolId} and to_version is not null`).toHaveLength(0);
    expect(await world.sql`select floor_version as floor from school_clock where school_id = ${schoolId}`).toEqual([{ floor: version }]);
    expect(await reach()).toEqual(reachBefore);
  });

  test('are not pruned before their time, however short a school wants it', async () => {
    const { world, schoolId } = scene;
    const set = world.sql`insert into data_retention_policies (school_id, entity_type, period) values (${schoolId}, 'tombstones', 1)`;
    await expect(set).rejects.toMatchObject({ code: '23514' });
  });
});
