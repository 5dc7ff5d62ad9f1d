import { randomUUID, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';
let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());
test('cost', async () => {
  const id = await world.addSchool();
  const teacher = await world.addPerson(id, 'teacher');
  const student = await world.addPerson(id, 'student');
  const parent = await world.addPerson(id, 'parent');
  const classId = await world.addClass(id);
  await world.teach(teacher, classId); await world.joinClass(student, classId); await world.addGuardianship(parent, student);
  const club = await world.addClub(id); await world.sql`analyze`;
  const push = async (n: number) => {
    const rows = Array.from({ length: n }, () => ({ id: randomUUID(), student_id: student.id, club_id: club, completion_date: '2026-11-20', evidence_kind: 'written', written_work_encrypted: '\\x' + randomBytes(100).toString('hex'), evidence_ids: [], minutes: 12, feeling: 'ok', captured_at: '2026-11-20T10:00:00Z', clock_offset_ms: 5 }));
    const started = performance.now();
    await world.as(student, async (sql) => { await sql`
      insert into homework_completions (school_id, id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted, evidence_ids, minutes, feeling, captured_at, clock_offset_ms)
      select app.current_school_id(), id, student_id, club_id, task_id, previous_attempt_id, completion_date, evidence_kind, written_work_encrypted, evidence_ids, minutes, feeling, captured_at, clock_offset_ms
      from jsonb_to_recordset(${sql.json(rows as never)}) as pushed(id uuid, student_id uuid, club_id uuid, task_id uuid, previous_attempt_id uuid, completion_date date, evidence_kind text,
        written_work_encrypted bytea, evidence_ids uuid[], minutes integer, feeling text, captured_at timestamptz, clock_offset_ms bigint) order by id on conflict (school_id, id) do nothing returning id`; });
    return performance.now() - started;
  };
  const median = (v: number[]) => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)] ?? 0;
  for (const [n, times] of [[500, 5], [1, 50]] as const) {
    const on: number[] = [], off: number[] = [];
    for (let i = 0; i < times; i++) {
      await world.sql`alter table homework_completions enable trigger audit_added`;
      await push(n); on.push(await push(n), await push(n), await push(n));
      await world.sql`alter table homework_completions disable trigger audit_added`;
      await push(n); off.push(await push(n), await push(n), await push(n));
    }
    console.log(n, 'on', median(on).toFixed(2), 'off', median(off).toFixed(2), (median(on) / median(off)).toFixed(2));
    await world.sql`alter table homework_completions enable trigger audit_added`;
  }
  expect(1).toBe(1);
  for (let k=0;k<3;k++) { const t = performance.now(); const [r] = await world.asWorker(id, (sql) => sql`select app.seal_audit(${id}) as n`); console.log('sealed', r, performance.now() - t); }
}, 400_000);
