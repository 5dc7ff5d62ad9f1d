import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftOut } from '#server/audit/left-out.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

let world: World;
let school: string;
let teacher: Person;
let student: Person;
let parent: Person;
let officer: Person;
let club: string;
beforeAll(async () => {
  world = await openWorld();
  school = await world.addSchool();
  teacher = await world.addPerson(school, 'teacher');
  student = await world.addPerson(school, 'student');
  parent = await world.addPerson(school, 'parent');
  officer = await world.addPerson(school, 'admin', 'data_protection_lead');
  const classId = await world.addClass(school);
  await world.teach(teacher, classId);
  await world.joinClass(student, classId);
  await world.addGuardianship(parent, student);
  club = await world.addClub(school);
});
afterAll(() => world.close());

/** What the log says of a row, oldest first. */
async function entries(entityId: string) {
  return world.sql`
    select action, entity_type, user_id, acted_as, subject_id, old_values, new_values, host(ip_address) as address, user_agent
    from audit_log where school_id = ${school} and entity_id = ${entityId} order by transaction_id`;
}

async function log(person: Person, fields: { id?: string } = {}): Promise<string> {
  const id = fields.id ?? randomUUID();
  await world.as(
    person,
    (sql) => sql`
      insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, written_work_encrypted, minutes, captured_at)
      values (${school}, ${id}, ${student.id}, ${club}, '2026-01-08', 'written', '\\x0102', 12, now())`,
  );
  return id;
}

describe('every change', () => {
  test('is written down: who, what, whose, and the columns that changed', async () => {
    const id = await log(student);
    await world.as(
      parent,
      (sql) => sql`update homework_completions set minutes = 20, feeling = 'ok' where school_id = ${school} and id = ${id}`,
    );
    await world.as(student, (sql) => sql`delete from homework_completions where school_id = ${school} and id = ${id}`);
    const about = { entity_type: 'homework_completions', acted_as: 'authenticated_user', subject_id: student.id };
    const [created, changed, deleted, ...more] = await entries(id);
    expect(created).toMatchObject({ ...about, action: 'CREATE', user_id: student.id, old_values: null });
    expect(created?.['new_values']).toMatchObject({ minutes: '12', student_id: student.id, written_work_encrypted: '\\x0102' });
    expect(created?.['new_values']).not.toHaveProperty('feeling');
    expect(changed).toMatchObject({ ...about, action: 'UPDATE', user_id: parent.id });
    expect([changed?.['old_values'], changed?.['new_values']]).toEqual([
      { minutes: '12', feeling: null },
      { minutes: '20', feeling: 'ok' },
    ]);
    expect(deleted).toMatchObject({ ...about, action: 'DELETE', user_id: student.id, new_values: null });
    expect(deleted?.['old_values']).toMatchObject({ minutes: '20', feeling: 'ok' });
    expect(more).toEqual([]);
  });

  test('of many rows is an entry for each', async () => {
    const [before] = await world.sql<{ count: number }[]>`select count(*)::integer as count from audit_log where school_id = ${school}`;
    await world.as(
      student,
      (sql) => sql`
        insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
        select ${school}, gen_random_uuid(), ${student.id}, ${club}, '2026-01-08', 'written', now() from generate_series(1, 500)`,
    );
    const [after] = await world.sql<{ count: number }[]>`select count(*)::integer as count from audit_log where school_id = ${school}`;
    expect(Number(after?.count) - Number(before?.count)).toBe(500);
  });

  test('that changes nothing is none', async () => {
    const id = await log(student);
    await world.as(student, (sql) => sql`update homework_completions set minutes = 12 where school_id = ${school} and id = ${id}`);
    await world.sql`update users set last_seen_at = now() where school_id = ${school} and id = ${student.id}`;
    expect(await entries(id)).toHaveLength(1);
    expect((await entries(student.id)).filter(({ action }) => action === 'UPDATE')).toEqual([]);
  });

  test('that is rolled back leaves nothing', async () => {
    const id = randomUUID();
    await expect(
      world.as(student, async (sql) => {
        await sql`
          insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
          values (${school}, ${id}, ${student.id}, ${club}, '2026-01-08', 'written', now())`;
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await entries(id)).toEqual([]);
  });

  test('by a job says that it was the job, whatever it claims', async () => {
    const id = await log(student);
    await world.asWorker(school, async (sql) => {
      await sql`select set_config('app.user_id', ${teacher.id}, true)`;
      await sql`update homework_completions set status = 'void' where school_id = ${school} and id = ${id}`;
    });
    expect((await entries(id)).at(-1)).toMatchObject({
      action: 'UPDATE',
      user_id: null,
      acted_as: 'background_worker',
      new_values: { status: 'void' },
    });
  });

  test('of somebody’s id is one that went and one that came', async () => {
    const [before, after] = [await world.addClub(school), randomUUID()];
    await world.sql`update clubs set id = ${after} where school_id = ${school} and id = ${before}`;
    expect((await entries(after)).map(({ action }) => action)).toEqual(['UPDATE']);
    expect((await entries(before)).map(({ action }) => action)).toEqual(['CREATE', 'UPDATE']);
  });

  test('of words says that they changed, not which they were; secrets and blind indexes likewise', async () => {
    const task = await world.addTask(school, club, teacher, { studentId: student.id });
    await world.sql`update homework_tasks set title = 'A canary sings', due_on = '2026-01-10' where school_id = ${school} and id = ${task}`;
    await world.sql`update users set email_index = null where school_id = ${school} and id = ${teacher.id}`;
    await world.sql`update users set email_index = '\\x01' where school_id = ${school} and id = ${teacher.id}`;
    await world.sql`update credentials set password_hash = 'other' where school_id = ${school} and user_id = ${teacher.id}`;
    expect((await entries(task)).at(-1)).toMatchObject({
      old_values: { title: '…', due_on: '2026-01-09' },
      new_values: { title: '…', due_on: '2026-01-10' },
    });
    const changes = (await entries(teacher.id)).filter(({ action }) => action === 'UPDATE').map((entry): unknown => entry['new_values']);
    expect(changes).toEqual([{ email_index: '…' }, { password_hash: '…' }]);
  });
});

describe('where from', () => {
  test('is kept of staff, never of a child or a parent', async () => {
    for (const person of [teacher, student, parent]) {
      const id = randomUUID();
      await world.as(person, async (sql) => {
        await sql`select app.note_origin('192.0.2.77', 'A browser')`;
        await sql`
          insert into homework_completions (school_id, id, student_id, club_id, completion_date, evidence_kind, captured_at)
          values (${school}, ${id}, ${student.id}, ${club}, '2026-01-08', 'written', now())`;
      });
      const kept = person === teacher ? { address: '192.0.2.77', user_agent: 'A browser' } : { address: null, user_agent: null };
      expect((await entries(id))[0]).toMatchObject(kept);
    }
  });

  test('of staff is cut down to the network after 90 days', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    for (const [one, address] of [
      [id, '192.0.2.77'],
      [other, '2001:db8:1:2::77'],
    ] as const) {
      await world.as(teacher, async (sql) => {
        await sql`select app.note_origin(${address}, 'A browser')`;
        await sql`select app.record_read('record', ${one}, ${student.id}, '{"documents": 3}')`;
      });
      await world.sql`update audit_log set timestamp = now() - interval '91 days' where school_id = ${school} and entity_id = ${one}`;
    }
    await world.asWorker(school, (sql) => sql`select app.truncate_audit_addresses(${school})`);
    const rows = await world.sql`
      select ip_address::text as address, user_agent from audit_log where school_id = ${school} and entity_id = any (${[id, other]}::uuid[]) order by family(ip_address)`;
    expect(rows).toEqual([
      { address: '192.0.2.0/24', user_agent: null },
      { address: '2001:db8:1::/48', user_agent: null },
    ]);
    await world.sql`delete from audit_log where school_id = ${school} and entity_id = any (${[id, other]}::uuid[])`;
  });
});

test('reading is written down by whoever reads, for nobody else', async () => {
  const record = randomUUID();
  await world.as(teacher, (sql) => sql`select app.record_read('record', ${record}, ${student.id}, '{"documents": 3}')`);
  expect(await entries(record)).toEqual([
    expect.objectContaining({ action: 'READ', user_id: teacher.id, subject_id: student.id, new_values: { documents: 3 } }),
  ]);
  await expect(world.pool('authenticated_user')`select app.record_read('record', ${record}, null)`).rejects.toMatchObject({
    code: '42501',
  });
});

describe('the log', () => {
  test('is read by the auditor and by whoever holds audit.read, of one school alone', async () => {
    const neighbour = await world.addSchool();
    const rows = async (sql: Transaction) => sql<{ school_id: string }[]>`select school_id, entity_id from audit_log`;
    for (const person of [teacher, student, parent]) expect(await world.as(person, rows)).toHaveLength(0);
    const seen = await world.as(officer, rows);
    expect(new Set(seen.map(({ school_id: id }) => id))).toEqual(new Set([school]));
    const audited = await world.pool('auditor').begin(async (sql) => {
      await sql`select app.enter_worker(${neighbour})`;
      return sql<{ school_id: string }[]>`select school_id from audit_log`;
    });
    expect(new Set(audited.map(({ school_id: id }) => id))).toEqual(new Set([neighbour]));
    expect(await world.pool('auditor')`select school_id from audit_log`).toHaveLength(0);
  });

  test('is append only: nobody may write to it, change it or take from it', async () => {
    const loose = await world.sql`
      select role, part.relname from unnest(array['authenticated_user', 'sign_in', 'background_worker', 'auditor', 'monitor']) as role
      cross join pg_class part
      where part.relname ~ '^audit_' and part.relkind in ('r', 'p')
        and (has_any_column_privilege(role, part.oid, 'insert, update') or has_table_privilege(role, part.oid, 'delete, truncate'))`;
    expect(loose).toEqual([]);
    // A partition passes by its parent's policy.
    const readable = await world.sql`
      select role, part.relname from unnest(array['authenticated_user', 'background_worker', 'auditor']) as role
      cross join pg_class part where part.relname ~ '^audit_' and part.relispartition and has_any_column_privilege(role, part.oid, 'select')`;
    expect(readable).toEqual([]);
  });

  test('follows every table but those that are left out on purpose', async () => {
    const unfollowed = await world.sql<{ name: string }[]>`
      select c.relname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'school_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'sign_in_lookup'
        and (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgenabled = 'O'
          and t.tgname = any (array['audit_added', 'audit_removed', 'audit_changed'])) < case when c.relname = 'sessions' then 2 else 3 end
      order by 1`;
    expect(unfollowed.map(({ name }) => name)).toEqual(Object.keys(leftOut).toSorted());
  });

  test('names every column of the tables that it follows: call app.audit again when one was added', async () => {
    const forgotten = await world.sql`
      select c.relname || '.' || known.name as column from pg_class c
      join pg_trigger t on t.tgrelid = c.oid and t.tgname = 'audit_changed'
      join pg_proc p on p.oid = t.tgfoid
      cross join lateral app.audited_columns(c.oid) known
      where strpos(p.prosrc, quote_literal(known.name)) = 0`;
    expect(forgotten).toEqual([]);
  });

  test('has this month and the next ones, and a row of any other finds its place', async () => {
    const months = await world.sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_log'::regclass order by 1`;
    expect(months).toHaveLength(5);
    const far = randomUUID();
    await world.sql`
      insert into audit_log (school_id, action, entity_type, entity_id, timestamp)
      values (${school}, 'READ', 'record', ${far}, date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '5 months 3 days')`;
    expect(await world.sql`select 1 from audit_log_rest`).toHaveLength(1);
    await world.asWorker(school, (sql) => sql`select app.add_audit_months(6)`);
    expect(await world.sql`select 1 from audit_log_rest`).toHaveLength(0);
    expect(await entries(far)).toHaveLength(1);
    await world.sql`delete from audit_log where entity_id = ${far}`;
  });
});
