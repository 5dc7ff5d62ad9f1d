import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Keyring } from '#server/database/crypto/keyring.ts';
import { newSchool, openSession } from '../database/schools.ts';

/** A child and everybody whose devices hear of what it does. */
export interface Family {
  readonly studentId: string;
  /** Of the sessions of all its people, a device each; the child's own is the first. */
  readonly tokens: readonly [string, ...string[]];
}

export interface Families {
  readonly schoolId: string;
  readonly clubId: string;
  readonly families: readonly Family[];
}

/** A school of children who each have so many guardians that `size` devices hear of each: rights by the triggers, as always. */
export async function addFamilies(sql: Sql, keyring: Keyring, count: number, size: number): Promise<Families> {
  const { id, clubId } = await newSchool(sql);
  const children = Array.from({ length: count }, () => ({
    id: randomUUID(),
    parents: Array.from({ length: size - 1 }, () => randomUUID()),
  }));
  const studentIds = children.map((child) => child.id);
  const links = children.flatMap((child) => child.parents.map((parent) => ({ student: child.id, parent })));
  await keyring.ensureSubjects(id, studentIds);
  await sql.begin(async (transaction) => {
    await transaction`
      insert into users (school_id, id, kind, name_encrypted, first_name_encrypted)
      select ${id}, id, 'student', '\\x00', '\\x00' from unnest(${studentIds}::uuid[]) as id`;
    await transaction`
      insert into users (school_id, id, kind, name_encrypted)
      select ${id}, id, 'parent', '\\x00' from unnest(${links.map(({ parent }) => parent)}::uuid[]) as id`;
    await transaction`
      insert into students (school_id, id, year_group, started_on) select ${id}, id, '4', '2026-01-01' from unnest(${studentIds}::uuid[]) as id`;
    await transaction`
      insert into parents (school_id, id) select ${id}, id from unnest(${links.map(({ parent }) => parent)}::uuid[]) as id`;
    await transaction`
      insert into parent_students (school_id, id, parent_id, student_id, relationship, from_on)
      select ${id}, gen_random_uuid(), parent, student, 'mother', '2026-01-01'
      from unnest(${links.map(({ parent }) => parent)}::uuid[], ${links.map(({ student }) => student)}::uuid[]) as link (parent, student)`;
    await transaction`
      insert into user_roles (school_id, id, user_id, role_id)
      select ${id}, gen_random_uuid(), person.id, roles.id from users person
      join roles on roles.school_id = ${id} and roles.name = person.kind
      where person.school_id = ${id}`;
  });
  const families: Family[] = [];
  for (const child of children) {
    const tokens: string[] = [];
    for (const person of [child.id, ...child.parents]) tokens.push((await openSession(sql, id, person)).token);
    families.push({ studentId: child.id, tokens: tokens as [string, ...string[]] });
  }
  return { schoolId: id, clubId, families };
}
