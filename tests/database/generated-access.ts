import { randomUUID } from 'node:crypto';
import { passDay } from './pass-day.ts';
import type { Person, Transaction, World } from './world.ts';

const relations = ['class_students', 'teacher_classes', 'parent_students'] as const;
const dayMs = 86_400_000;

/** A small school in which rights come and go, by hand and by date; the same from the same seed. */
export class GeneratedAccess {
  readonly schoolId: string;
  /** What happened, for whoever reads a failure. */
  readonly log: string[] = [];
  readonly #world: World;
  readonly #students: readonly Person[];
  readonly #teachers: readonly Person[];
  readonly #parents: readonly Person[];
  readonly #others: readonly Person[];
  readonly #devices: readonly Person[];
  readonly #classes: readonly string[];
  readonly #ownRole: string;
  #state: number;

  private constructor(
    world: World,
    seed: number,
    parts: {
      schoolId: string;
      students: Person[];
      teachers: Person[];
      parents: Person[];
      others: Person[];
      devices: Person[];
      classes: string[];
      ownRole: string;
    },
  ) {
    this.#world = world;
    this.#state = seed * 2_654_435_761;
    this.schoolId = parts.schoolId;
    this.#students = parts.students;
    this.#teachers = parts.teachers;
    this.#parents = parts.parents;
    this.#others = parts.others;
    this.#devices = parts.devices;
    this.#classes = parts.classes;
    this.#ownRole = parts.ownRole;
  }

  static async open(world: World, seed: number): Promise<GeneratedAccess> {
    const schoolId = await world.addSchool();
    // Far from Greenwich, and no clock change: a day that passes is 24 hours.
    await world.sql`update schools set time_zone = 'Asia/Tokyo', has_buddy_groups = true where id = ${schoolId}`;
    const many = async <Item>(count: number, make: () => Promise<Item>): Promise<Item[]> => {
      const items: Item[] = [];
      for (let n = 0; n < count; n++) items.push(await make());
      return items;
    };
    const ownRole = randomUUID();
    await world.sql`insert into roles (school_id, id, name, relation) values (${schoolId}, ${ownRole}, 'Helper', 'staff')`;
    await world.sql`insert into role_permissions (school_id, role_id, permission) values (${schoolId}, ${ownRole}, 'school.read')`;
    const school = new GeneratedAccess(world, seed, {
      schoolId,
      students: await many(5, () => world.addPerson(schoolId, 'student')),
      teachers: await many(2, () => world.addPerson(schoolId, 'teacher')),
      parents: await many(2, () => world.addPerson(schoolId, 'parent')),
      others: [await world.addPerson(schoolId, 'admin'), await world.addPerson(schoolId, 'admin', null)],
      devices: await many(2, () => world.addPerson(schoolId, 'device')),
      classes: await many(2, () => world.addClass(schoolId)),
      ownRole,
    });
    const teacher = school.#pick(school.#teachers.slice(0, 1));
    await world.sql`insert into parents (school_id, id) values (${schoolId}, ${teacher.id})`;
    await world.giveRole(schoolId, teacher.id, 'parent');
    // A class that is large enough for buddies, and a group in it.
    for (const student of school.#students) await world.joinClass(student, school.#pick(school.#classes.slice(0, 1)));
    for (const student of school.#students) await world.giveConsent(student, 'buddy_groups', school.#pick(school.#parents));
    await world.sql.begin((sql) => school.#formGroup(sql));
    await world.sql`update buddy_group_students set joined_at = now() where school_id = ${schoolId}`;
    for (let n = 0; n < 10; n++) await school.step();
    return school;
  }

  /** An integer from 0 to `below` − 1 (mulberry32). */
  random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** One transaction of one to three changes. */
  async step(): Promise<void> {
    const count = 1 + Math.max(0, this.random(5) - 2);
    const names: string[] = [];
    await this.#world.sql
      .begin(async (sql) => {
        for (let n = 0; n < count; n++) {
          const [name, act] = this.#pick(this.#acts);
          await act(sql);
          names.push(`${n === 0 ? '—' : ' '} ${name}`);
        }
      })
      // Whoever leaves in the transaction that formed the group: it is too small, and nothing of it has happened.
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.message === 'a buddy group has three or four children')) throw error;
        names.splice(0, names.length, '— a group that was too small');
      });
    this.log.push(...names);
  }

  async passDay(): Promise<void> {
    this.log.push('— a day passes');
    await passDay(this.#world, this.schoolId);
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  async #any(sql: Transaction, table: string): Promise<string | null> {
    const rows = await sql<{ id: string }[]>`select id from ${sql(table)} where school_id = ${this.schoolId} order by created_at, id`;
    return rows.length === 0 ? null : this.#pick(rows).id;
  }

  /** A day some days from today; the school is hours ahead, which the days around today make up for. */
  #day(least: number, most: number): string {
    return new Date(Date.now() + (least + this.random(most - least + 1)) * dayMs).toISOString().slice(0, 10);
  }

  /** A moment some days from now, or none. */
  #moment(least: number, most: number): Date | null {
    return this.random(3) === 0 ? null : new Date(Date.now() + (least + this.random(most - least + 1)) * dayMs + 3_600_000);
  }

  readonly #acts: readonly (readonly [string, (sql: Transaction) => Promise<unknown>])[] = [
    ...this.#twice('a child joins a class', (sql) =>
      this.#relate(sql, 'class_students', { class_id: this.#pick(this.#classes), student_id: this.#pick(this.#students).id }),
    ),
    ...this.#twice('a teacher takes a class', (sql) =>
      this.#relate(sql, 'teacher_classes', { class_id: this.#pick(this.#classes), teacher_id: this.#pick(this.#teachers).id }),
    ),
    ...this.#twice('a guardianship begins', (sql) =>
      this.#relate(sql, 'parent_students', {
        parent_id: this.#pick([...this.#parents, ...this.#teachers.slice(0, 1)]).id,
        student_id: this.#pick(this.#students).id,
        relationship: 'mother',
      }),
    ),
    ['a relation ends', (sql) => this.#end(sql, this.#pick(relations))],
    ['a relation is taken up again', (sql) => this.#resume(sql, this.#pick(relations))],
    ['a relation is deleted', async (sql) => this.#remove(sql, this.#pick(relations))],
    [
      'a teacher is active, or not',
      async (sql) => sql`update teacher_classes set is_active = not is_active where id = ${await this.#any(sql, 'teacher_classes')}`,
    ],
    ...this.#twice('a role is given', (sql) => this.#giveRole(sql)),
    [
      'a role is dated anew',
      async (sql) => sql`
        update user_roles set valid_from = ${this.#moment(-3, 1)}, valid_until = ${this.#moment(1, 3)} where id = ${await this.#any(sql, 'user_roles')}`,
    ],
    [
      'a role ends',
      async (sql) => sql`update user_roles set valid_from = null, valid_until = now() where id = ${await this.#any(sql, 'user_roles')}`,
    ],
    ['a role is taken away', (sql) => this.#remove(sql, 'user_roles')],
    ...this.#twice('the school’s own role gets a permission', (sql) => this.#allow(sql)),
    ['the school’s own role loses an audience', (sql) => this.#disallow(sql)],
    [
      'the school’s own role is for others',
      (sql) => sql`
        update roles set relation = ${this.#pick(['staff', 'guardian', 'none', 'student', 'device'])}
        where school_id = ${this.schoolId} and id = ${this.#ownRole}`,
    ],
    ['somebody is suspended, or comes back', (sql) => this.#toggleUser(sql)],
    ['somebody comes back', (sql) => sql`update users set status = 'active' where school_id = ${this.schoolId}`],
    ['the school is suspended, or comes back', (sql) => this.#toggleSchool(sql)],
    ['the school comes back', (sql) => sql`update schools set status = 'active' where id = ${this.schoolId}`],
    [
      'a class is archived, or not',
      (sql) => sql`update classes set archived_at = case when archived_at is null then now() end where id = ${this.#pick(this.#classes)}`,
    ],
    ...this.#twice('a buddy group is formed', (sql) => this.#formGroup(sql)),
    [
      'a buddy leaves',
      async (sql) =>
        sql`update buddy_group_students set left_at = coalesce(left_at, now()) where id = ${await this.#any(sql, 'buddy_group_students')}`,
    ],
    [
      'a buddy group is dissolved',
      async (sql) =>
        sql`update buddy_groups set dissolved_at = coalesce(dissolved_at, now()) where id = ${await this.#any(sql, 'buddy_groups')}`,
    ],
    ...this.#twice('a child joins its buddies', (sql) => this.#join(sql)),
    ...this.#twice('a child joins its buddies', (sql) => this.#join(sql)),
    ['a buddy group is deleted', (sql) => this.#remove(sql, 'buddy_groups')],
    [
      'buddy groups are switched on, or off',
      (sql) => sql`update schools set has_buddy_groups = ${this.random(3) > 0} where id = ${this.schoolId}`,
    ],
    ...this.#twice('a guardian decides about buddies', (sql) => this.#decide(sql)),
    ...this.#twice('a guardian decides about buddies', (sql) => this.#decide(sql)),
    [
      'a guardian has parental responsibility, or not',
      async (sql) => sql`
        update parent_students set has_parental_responsibility = not has_parental_responsibility
        where id = ${await this.#any(sql, 'parent_students')}`,
    ],
    ...this.#twice('a device is enrolled', (sql) => this.#enrol(sql)),
    [
      'a device is revoked, or not',
      async (sql) => sql`
        update devices set revoked_at = case when revoked_at is null then now() end where id = ${await this.#any(sql, 'devices')}`,
    ],
  ];

  #twice(name: string, act: (sql: Transaction) => Promise<unknown>): (readonly [string, (sql: Transaction) => Promise<unknown>])[] {
    return [
      [name, act],
      [name, act],
    ];
  }

  async #relate(sql: Transaction, table: string, ends: Record<string, string>): Promise<void> {
    const row = { school_id: this.schoolId, id: randomUUID(), from_on: this.#day(-4, 2), until_on: null as string | null, ...ends };
    if (this.random(3) === 0) row.until_on = this.#day(3, 5);
    await sql`insert into ${sql(table)} ${sql(row)} on conflict do nothing`;
  }

  async #end(sql: Transaction, table: string): Promise<void> {
    await sql`update ${sql(table)} set until_on = ${this.#day(-2, 2)} where id = ${await this.#any(sql, table)}`;
  }

  async #resume(sql: Transaction, table: string): Promise<void> {
    await sql`update ${sql(table)} set until_on = null where id = ${await this.#any(sql, table)}`;
  }

  async #remove(sql: Transaction, table: string): Promise<void> {
    await sql`delete from ${sql(table)} where id = ${await this.#any(sql, table)}`;
  }

  async #giveRole(sql: Transaction): Promise<void> {
    const roles = await sql<{ id: string }[]>`select id from roles where school_id = ${this.schoolId} order by name`;
    const kind = this.#pick(['school', 'class', 'student', null, null] as const);
    const target = {
      school: this.schoolId,
      class: this.#pick(this.#classes),
      student: this.#pick(this.#students).id,
    };
    await sql`
      insert into user_roles (school_id, user_id, role_id, scope_kind, scope_target, valid_from, valid_until)
      values (${this.schoolId}, ${this.#pick([...this.#students.slice(0, 1), ...this.#teachers, ...this.#parents, ...this.#others, ...this.#devices]).id},
        ${this.#pick([...roles, { id: this.#ownRole }, { id: this.#ownRole }]).id}, ${kind}, ${kind === null ? null : target[kind]},
        ${this.#moment(-3, 1)}, ${this.#moment(1, 3)})`;
  }

  async #allow(sql: Transaction): Promise<void> {
    const permissions = await sql<{ name: string; audience: string }[]>`select name, audience from permissions order by name`;
    const { name, audience } = this.#pick(permissions);
    await sql`
      insert into role_permissions (school_id, role_id, permission, on_device)
      select ${this.schoolId}, ${this.#ownRole}, permission, ${this.random(3) > 0}
      from (select ${name} as permission union select ${`${audience}.read`}) as wanted
      on conflict (school_id, role_id, permission) do update set on_device = excluded.on_device`;
  }

  async #disallow(sql: Transaction): Promise<void> {
    const [lost] = await sql<{ audience: string }[]>`
      select permission.audience from role_permissions held join permissions permission on permission.name = held.permission
      where held.school_id = ${this.schoolId} and held.role_id = ${this.#ownRole} order by held.permission offset ${this.random(6)} limit 1`;
    await sql`
      delete from role_permissions held using permissions permission
      where held.school_id = ${this.schoolId} and held.role_id = ${this.#ownRole} and permission.name = held.permission
        and permission.audience = ${lost?.audience ?? null}`;
  }

  async #toggleUser(sql: Transaction): Promise<void> {
    const person = this.#pick([...this.#students, ...this.#teachers, ...this.#parents, ...this.#others]);
    await sql`update users set status = case status when 'active' then 'suspended' else 'active' end where id = ${person.id}`;
  }

  async #toggleSchool(sql: Transaction): Promise<void> {
    if (this.random(3) > 0) return;
    await sql`update schools set status = case status when 'active' then 'suspended' else 'active' end where id = ${this.schoolId}`;
  }

  async #formGroup(sql: Transaction): Promise<void> {
    const classId = this.#pick(this.#classes);
    const free = await sql<{ id: string }[]>`
      select distinct student_id as id from class_students member
      where school_id = ${this.schoolId} and class_id = ${classId} and is_current and not exists (
        select from buddy_group_students buddy
        where buddy.school_id = member.school_id and buddy.student_id = member.student_id and buddy.left_at is null)
      order by 1 limit 4`;
    if (free.length < 3) return;
    const group = randomUUID();
    await sql`insert into buddy_groups (school_id, id, class_id, name) values (${this.schoolId}, ${group}, ${classId}, 'Otters')`;
    for (const { id } of free) {
      await sql`
        insert into buddy_group_students (school_id, id, group_id, class_id, student_id)
        values (${this.schoolId}, ${randomUUID()}, ${group}, ${classId}, ${id})`;
    }
  }

  async #join(sql: Transaction): Promise<void> {
    const [invited] = await sql<{ id: string }[]>`
      select id from buddy_group_students
      where school_id = ${this.schoolId} and joined_at is null and left_at is null order by created_at, id limit 1`;
    if (invited) await sql`update buddy_group_students set joined_at = now() where id = ${invited.id}`;
  }

  /** Mostly about a child that has had buddies to see. */
  async #decide(sql: Transaction): Promise<void> {
    const links = await sql<{ student: string; parent: string }[]>`
      select student_id as student, parent_id as parent from parent_students link
      where school_id = ${this.schoolId} and has_parental_responsibility and exists (
        select from access_grants seen
        where seen.school_id = link.school_id and seen.user_id = link.student_id and seen.audience = 'group')
      order by created_at, id`;
    const anybody = { student: this.#pick(this.#students).id, parent: this.#pick(this.#parents).id };
    const { student, parent } = links.length > 0 && this.random(4) > 0 ? this.#pick(links) : anybody;
    await sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision, decided_at)
      values (${this.schoolId}, ${randomUUID()}, ${student}, ${parent}, 'buddy_groups', 1, ${this.#pick(['given', 'withdrawn'])}, clock_timestamp())`;
  }

  async #enrol(sql: Transaction): Promise<void> {
    const device = this.#pick(this.#devices);
    await sql`delete from devices where school_id = ${this.schoolId} and id = ${device.id}`;
    await sql`
      insert into devices (school_id, id, class_id, name, lease_until)
      values (${this.schoolId}, ${device.id}, ${this.#pick(this.#classes)}, 'Tablet', ${new Date(Date.now() + (1 + this.random(3)) * dayMs)})`;
  }
}
