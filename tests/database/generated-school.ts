import type { Person, Sql, Transaction, World } from './world.ts';

type Connection = Sql | Transaction;

/** A small school in which, step by step, anything may happen; the same from the same seed. */
export class GeneratedSchool {
  readonly people: readonly Person[];
  /** What happened, for whoever reads a failure. */
  readonly log: string[] = [];
  readonly #world: World;
  readonly #schoolId: string;
  readonly #students: readonly Person[];
  readonly #teachers: readonly Person[];
  readonly #guardians: readonly Person[];
  readonly #classes: readonly string[];
  readonly #clubId: string;
  #state: number;

  private constructor(
    world: World,
    seed: number,
    parts: {
      schoolId: string;
      students: Person[];
      teachers: Person[];
      parents: Person[];
      admin: Person;
      classes: string[];
      clubId: string;
    },
  ) {
    this.#world = world;
    this.#state = seed * 2_654_435_761;
    this.#schoolId = parts.schoolId;
    this.#students = parts.students;
    this.#teachers = parts.teachers;
    // The first teacher is a parent too (trap 12).
    this.#guardians = [...parts.parents, ...parts.teachers.slice(0, 1)];
    this.#classes = parts.classes;
    this.#clubId = parts.clubId;
    this.people = [...parts.students.slice(0, 1), ...parts.teachers, ...parts.parents, parts.admin];
  }

  static async open(world: World, seed: number): Promise<GeneratedSchool> {
    const schoolId = await world.addSchool();
    const many = async <Item>(count: number, make: () => Promise<Item>): Promise<Item[]> => {
      const items: Item[] = [];
      for (let n = 0; n < count; n++) items.push(await make());
      return items;
    };
    const school = new GeneratedSchool(world, seed, {
      schoolId,
      students: await many(3, () => world.addPerson(schoolId, 'student')),
      teachers: await many(2, () => world.addPerson(schoolId, 'teacher')),
      parents: await many(2, () => world.addPerson(schoolId, 'parent')),
      admin: await world.addPerson(schoolId, 'admin'),
      classes: await many(2, () => world.addClass(schoolId)),
      clubId: await world.addClub(schoolId),
    });
    const teacher = school.#pick(school.#teachers.slice(0, 1));
    await world.sql`insert into parents (school_id, id) values (${schoolId}, ${teacher.id})`;
    await world.giveRole(schoolId, teacher.id, 'parent');
    for (let n = 0; n < 12; n++) await school.step();
    return school;
  }

  /** An integer from 0 to `below` − 1 (mulberry32). */
  random(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** One transaction of one to three things. */
  async step(): Promise<void> {
    const count = 1 + Math.max(0, this.random(5) - 2);
    await this.#world.sql.begin(async (sql) => {
      for (let n = 0; n < count; n++) {
        const [name, act] = this.#pick(this.#acts);
        await act(sql);
        this.log.push(`${n === 0 ? '—' : ' '} ${name}`);
        // Now and then everything deferred happens in the middle.
        if (this.random(6) === 0) await sql`set constraints all immediate`;
        await sql`set constraints all deferred`;
      }
    });
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** One row's id of a table, or none. */
  async #any(sql: Connection, table: string): Promise<string | null> {
    const rows = await sql<{ id: string }[]>`select id from ${sql(table)} where school_id = ${this.#schoolId} order by id`;
    return rows.length === 0 ? null : this.#pick(rows).id;
  }

  readonly #acts: readonly (readonly [string, (sql: Connection) => Promise<unknown>])[] = [
    [
      'a child joins a class',
      (sql) => this.#relate(sql, 'class_students', { class_id: this.#pick(this.#classes), student_id: this.#pick(this.#students).id }),
    ],
    [
      'a teacher takes a class',
      (sql) => this.#relate(sql, 'teacher_classes', { class_id: this.#pick(this.#classes), teacher_id: this.#pick(this.#teachers).id }),
    ],
    [
      'a guardianship begins',
      (sql) =>
        this.#relate(sql, 'parent_students', {
          parent_id: this.#pick(this.#guardians).id,
          student_id: this.#pick(this.#students).id,
          relationship: 'mother',
        }),
    ],
    ['a membership ends', (sql) => this.#end(sql, 'class_students')],
    ['a teacher leaves a class', (sql) => this.#end(sql, 'teacher_classes')],
    ['a guardianship ends', (sql) => this.#end(sql, 'parent_students')],
    [
      'a relation is taken up again',
      async (sql) => this.#resume(sql, this.#pick(['class_students', 'teacher_classes', 'parent_students'])),
    ],
    ['a relation is deleted', async (sql) => this.#remove(sql, this.#pick(['class_students', 'teacher_classes', 'parent_students']))],
    ['work is logged', (sql) => this.#world.addCompletion(this.#pick(this.#students), this.#clubId, sql)],
    ['work is logged', (sql) => this.#world.addCompletion(this.#pick(this.#students), this.#clubId, sql)],
    ['work is logged', (sql) => this.#world.addCompletion(this.#pick(this.#students), this.#clubId, sql)],
    [
      'work is changed',
      async (sql) =>
        sql`update homework_completions set minutes = ${this.random(60)} where id = ${await this.#any(sql, 'homework_completions')}`,
    ],
    ['work is removed', (sql) => this.#remove(sql, 'homework_completions')],
    ['work is marked', (sql) => this.#mark(sql)],
    [
      'a status is derived',
      async (sql) =>
        sql`update homework_completions set status = ${this.#pick(['approved', 'returned'])} where id = ${await this.#any(sql, 'homework_completions')}`,
    ],
    [
      'progress is derived',
      (sql) => sql`
        insert into student_progress (school_id, student_id, current_run, longest_run, weeks, clubs)
        values (${this.#schoolId}, ${this.#pick(this.#students).id}, ${this.random(9)}, 9, '[]', '{}')
        on conflict (school_id, student_id) do update set current_run = excluded.current_run`,
    ],
    ['a task is set', (sql) => this.#setTask(sql)],
    ['a task is withdrawn', (sql) => this.#remove(sql, 'homework_tasks')],
    [
      'a task is taken back by its teacher',
      async (sql) => sql`update homework_tasks set removed_at = now() where id = ${await this.#any(sql, 'homework_tasks')}`,
    ],
    [
      'a notice is given',
      (sql) => sql`
        insert into notices (school_id, id, audience, user_id, kind, code, message)
        values (${this.#schoolId}, gen_random_uuid(), 'account', ${this.#pick(this.people).id}, 'rejection', 'not_allowed', 'No')`,
    ],
    [
      'a notice about a child is given',
      (sql) => sql`
        insert into notices (school_id, id, audience, student_id, kind, code, message)
        values (${this.#schoolId}, gen_random_uuid(), 'student', ${this.#pick(this.#students).id}, 'rejection', 'not_allowed', 'No')`,
    ],
    [
      'somebody is renamed',
      (sql) =>
        sql`update users set name_encrypted = ${Buffer.from([this.random(255)])} where id = ${this.#pick([...this.people, ...this.#students]).id}`,
    ],
    [
      'a class is archived, or not',
      (sql) => sql`update classes set archived_at = case when archived_at is null then now() end where id = ${this.#pick(this.#classes)}`,
    ],
    ['the club is changed', (sql) => sql`update clubs set name = ${String(this.random(99))} where id = ${this.#clubId}`],
  ];

  async #relate(sql: Connection, table: string, ends: Record<string, string>): Promise<void> {
    await sql`
      insert into ${sql(table)} ${sql({ school_id: this.#schoolId, id: crypto.randomUUID(), from_on: '2026-01-01', ...ends })} on conflict do nothing`;
  }

  async #end(sql: Connection, table: string): Promise<void> {
    await sql`update ${sql(table)} set until_on = '2026-02-01' where id = ${await this.#any(sql, table)}`;
  }

  async #resume(sql: Connection, table: string): Promise<void> {
    await sql`update ${sql(table)} set until_on = null where id = ${await this.#any(sql, table)}`;
  }

  async #remove(sql: Connection, table: string): Promise<void> {
    await sql`delete from ${sql(table)} where id = ${await this.#any(sql, table)}`;
  }

  async #mark(sql: Connection): Promise<void> {
    await sql`
      insert into completion_reviews (school_id, id, completion_id, student_id, reviewer_id, verdict, captured_at)
      select school_id, gen_random_uuid(), id, student_id, ${this.#pick(this.#teachers).id}, 'approved', now()
      from homework_completions where id = ${await this.#any(sql, 'homework_completions')}`;
  }

  async #setTask(sql: Connection): Promise<void> {
    const isForClass = this.random(2) === 0;
    await sql`
      insert into homework_tasks (school_id, id, club_id, class_id, student_id, task_group_id, title, evidence_kinds, opens_on, set_by)
      values (${this.#schoolId}, gen_random_uuid(), ${this.#clubId}, ${isForClass ? this.#pick(this.#classes) : null},
        ${isForClass ? null : this.#pick(this.#students).id}, gen_random_uuid(), 'Read', '{written}', '2026-01-05', ${this.#pick(this.#teachers).id})`;
  }
}
