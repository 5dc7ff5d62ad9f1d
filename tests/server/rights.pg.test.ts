import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint, WireDocument } from '#domain/sync/protocol.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { completion, Person, signIns } from './person.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const signIn = (who: keyof typeof signIns) => Person.signIn(server.url, signIns[who]);
const childCollections = ['people', 'completions', 'receipts', 'reviews', 'progress'] as const;

/** A device that holds what it was given, and forgets what it is told to. */
class Device {
  readonly person: Person;
  readonly held = new Map<string, Map<string, WireDocument>>();
  readonly #checkpoints = new Map<string, Checkpoint>();

  constructor(person: Person) {
    this.person = person;
  }

  async sync(): Promise<void> {
    for (const name of this.person.signedIn.collections) {
      const { documents, checkpoint } = await this.person.pullAll(name, this.#checkpoints.get(name) ?? null, 100);
      this.#checkpoints.set(name, checkpoint);
      const held = this.held.get(name) ?? new Map<string, WireDocument>();
      this.held.set(name, held);
      for (const document of documents) {
        if (document._deleted) held.delete(document.id);
        else held.set(document.id, document);
      }
    }
  }

  about(studentId: string): string[] {
    return childCollections.flatMap((name) =>
      [...(this.held.get(name)?.values() ?? [])].filter((document) => document['studentId'] === studentId).map(({ id }) => id),
    );
  }
}

describe('S5, S6: when rights change', () => {
  test('a teacher who leaves a class gets tombstones for all of it, and can neither read nor mark there any more', async () => {
    const [maya, teacher2] = await Promise.all([signIn('maya'), signIn('teacher2')]);
    const device = new Device(teacher2);
    await device.sync();
    expect(device.about(maya.id).length).toBeGreaterThan(10);
    await server.sql`
      update teacher_classes set is_active = false
      where teacher_id = ${teacher2.id} and class_id = (select class_id from class_students where student_id = ${maya.id} limit 1)`;
    await device.sync();
    expect(device.about(maya.id)).toEqual([]);
    expect(JSON.stringify([...device.held.values()].map((held) => [...held.values()]))).not.toContain(maya.id);
    const [work] = await server.sql`select id from homework_completions where student_id = ${maya.id} limit 1`;
    const { rejections } = await teacher2.push('completions', [{ newDocumentState: completion(maya.id, String(work?.['id'])) }]);
    expect(rejections).toEqual([expect.objectContaining({ code: 'not_allowed' })]);
    // What the other class of the same teacher holds stays.
    const leo = await signIn('leo');
    expect(device.about(leo.id).length).toBeGreaterThan(0);

    await server.sql`update teacher_classes set is_active = true where teacher_id = ${teacher2.id}`;
    await device.sync();
    expect(device.about(maya.id).length).toBeGreaterThan(10);
  });

  test('trap 9: a child who moves takes the whole history along, and the old class’s teacher forgets it', async () => {
    const [leo, teacher] = await Promise.all([signIn('leo'), signIn('teacher')]);
    const newTeacher = new Device(teacher);
    await newTeacher.sync();
    expect(newTeacher.about(leo.id)).toEqual([]);
    const [willow] = await server.sql`select class_id from teacher_classes where teacher_id = ${teacher.id} limit 1`;
    await server.sql.begin(async (sql) => {
      await sql`update class_students set until_on = current_date - 1, from_on = least(from_on, current_date - 1) where student_id = ${leo.id}`;
      await sql`insert into class_students (school_id, id, class_id, student_id) values (${leo.signedIn.user.schoolId}, gen_random_uuid(), ${willow?.['class_id'] as string}, ${leo.id})`;
    });
    await newTeacher.sync();
    const history = await server.sql`select id from homework_completions where student_id = ${leo.id}`;
    expect(newTeacher.about(leo.id)).toEqual(expect.arrayContaining(history.map(({ id }) => String(id))));
  });

  test('trap 24: a guardian who is removed while offline can push nothing, sees nothing, and is told', async () => {
    const [maya, parent] = await Promise.all([signIn('maya'), signIn('parent')]);
    const device = new Device(parent);
    await device.sync();
    expect(device.about(maya.id).length).toBeGreaterThan(0);
    const own = [...(device.held.get('completions')?.values() ?? [])].find((document) => document['studentId'] === maya.id);
    await server.sql`delete from parent_students where parent_id = ${parent.id} and student_id = ${maya.id}`;
    const written = completion(maya.id, String(own?.['clubId']), { writtenWork: 'Written in the tunnel.' });
    const edited = { ...own, minutes: 99 };
    const answer = await parent.push('completions', [
      { newDocumentState: written },
      { newDocumentState: edited, assumedMasterState: own ?? null },
    ]);
    expect(answer.rejections.map(({ code }) => code)).toEqual(['not_allowed', 'not_allowed']);
    expect(answer.conflicts.every(({ _deleted: isDeleted }) => isDeleted)).toBe(true);
    await device.sync();
    expect(device.about(maya.id)).toEqual([]);
    expect([...(device.held.get('notices')?.values() ?? [])].filter(({ code }) => code === 'not_allowed')).toHaveLength(2);
    expect((await parent.send('/api/auth/session')).status).toBe(200);
  });
});

describe('S14, S16: someone who has lost every role', () => {
  test('forgets everything, and what they pushed is refused, not in vain', async () => {
    const teacher = await signIn('teacher2');
    const device = new Device(teacher);
    await device.sync();
    const [work] =
      await server.sql`select student_id, club_id from homework_completions where school_id = ${teacher.signedIn.user.schoolId} limit 1`;
    const roles = await server.sql`delete from user_roles where user_id = ${teacher.id} returning id, role_id`;
    const written = completion(String(work?.['student_id']), String(work?.['club_id']));
    const { rejections } = await teacher.push('completions', [{ newDocumentState: written }]);
    expect(rejections).toEqual([expect.objectContaining({ id: written.id, code: 'not_allowed' })]);
    await device.sync();
    // The own name too, which policies would still show: a closed grant takes it away.
    expect([...device.held.values()].flatMap((held) => [...held.keys()])).toEqual([]);
    expect(await server.sql`select code from rejected_pushes where document_id = ${written.id}`).toEqual([{ code: 'not_allowed' }]);
    for (const role of roles)
      await server.sql`insert into user_roles (school_id, id, user_id, role_id)
        values (${teacher.signedIn.user.schoolId}, ${String(role['id'])}, ${teacher.id}, ${String(role['role_id'])})`;
  });
});

describe('I6: another school', () => {
  test('is nowhere: not in a pull, not in a session, not by its ids', async () => {
    const [riverside, maya] = await Promise.all([signIn('riversideTeacher'), signIn('maya')]);
    const device = new Device(riverside);
    await device.sync();
    const oakHill = maya.signedIn.user.schoolId;
    const foreign = await server.sql`select document_id::text as id from sync_index where school_id = ${oakHill}`;
    const foreignIds = new Set(foreign.map(({ id }) => String(id)));
    const held = [...device.held.values()].flatMap((documents) => [...documents.keys()]);
    expect(held.length).toBeGreaterThan(20);
    expect(held.filter((id) => foreignIds.has(id))).toEqual([]);
    expect(JSON.stringify(riverside.signedIn)).not.toContain(oakHill);
  });
});
