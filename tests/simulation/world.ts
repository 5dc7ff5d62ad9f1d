import { must } from '#domain/must.ts';
import { adoptRestore } from '#db/adopt-restore.ts';
import { pastLenses } from '#domain/sync/lenses/testing/past-lenses.ts';
import { Person, signIns } from '../server/person.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { isDerived } from './oracle.ts';

/** What somebody has at first and may lose and regain. */
export const rights = [
  'the child is in Willow',
  'the teacher has Willow',
  'the guardianship',
  'the teacher’s role',
  'consent to photos',
] as const;
export type Right = (typeof rights)[number];

/** The real server, and the people of all histories. Rights change by SQL, as an import or the office might change them. */
export class World {
  readonly server: TestServer;
  readonly maya: Person;
  readonly parent: Person;
  readonly teacher: Person;
  readonly clubs: readonly string[];
  /** How often each document was written on any device, and so may be refused. */
  readonly writes = new Map<string, number>();
  /** And how often more, since backups were put back. */
  sentAgain = 0;
  readonly #classes: { readonly willow: string; readonly acorn: string };
  readonly #lost = new Set<Right>();
  /** What stood before any history. */
  readonly #firstVersion: number;

  private constructor(
    server: TestServer,
    [maya, parent, teacher]: readonly [Person, Person, Person],
    clubs: readonly string[],
    classes: { readonly willow: string; readonly acorn: string },
    firstVersion: number,
  ) {
    this.server = server;
    this.maya = maya;
    this.parent = parent;
    this.teacher = teacher;
    this.clubs = clubs;
    this.#classes = classes;
    this.#firstVersion = firstVersion;
  }

  static async open(): Promise<World> {
    const server = await startTestServer({ lenses: pastLenses });
    const { sql } = server;
    const people = await Promise.all([signIns.maya, signIns.parent, signIns.teacher].map((who) => Person.signIn(server.url, who)));
    const [maya, parent, teacher] = people;
    const school = must(maya, 'Maya signs in').signedIn.user.schoolId;
    const clubs = await sql<{ id: string }[]>`select id from clubs where school_id = ${school}`;
    const rooms = await sql<{ id: string; name: string }[]>`select id, name from classes where school_id = ${school}`;
    const named = (name: string) =>
      must(
        rooms.find((room) => room.name.includes(name)),
        `there is ${name}`,
      ).id;
    // A term of history would be most of what the devices do.
    await sql`
      with recursive kept as (
        select id, previous_attempt_id from homework_completions where school_id = ${school} and completion_date >= current_date - 7
        union
        select older.id, older.previous_attempt_id from homework_completions older join kept on kept.previous_attempt_id = older.id
      )
      delete from homework_completions where school_id = ${school} and id not in (select id from kept)`;
    while (!(await isDerived(sql))) await new Promise((resolve) => setTimeout(resolve, 50));
    const [clock] = await sql<{ version: number }[]>`select version::float8 as version from school_clock where school_id = ${school}`;
    return new World(
      server,
      [must(maya, 'Maya signs in'), must(parent, 'the parent signs in'), must(teacher, 'the teacher signs in')],
      clubs.map(({ id }) => id),
      { willow: named('Willow'), acorn: named('Acorn') },
      must(clock, 'a school has a clock').version,
    );
  }

  get school(): string {
    return this.maya.signedIn.user.schoolId;
  }

  /** @returns whether it is there now */
  async toggle(right: Right): Promise<boolean> {
    const isThere = this.#lost.has(right);
    await this.#changes[right](isThere);
    if (isThere) this.#lost.delete(right);
    else this.#lost.add(right);
    return isThere;
  }

  async giveBackAll(): Promise<void> {
    for (const right of this.#lost) await this.#changes[right](true);
    this.#lost.clear();
  }

  readonly #changes: Readonly<Record<Right, (isThere: boolean) => Promise<unknown>>> = {
    'the child is in Willow': (isThere) => {
      const { willow, acorn } = this.#classes;
      const [from, to] = isThere ? [acorn, willow] : [willow, acorn];
      return this.server.sql.begin(async (sql) => {
        await sql`delete from class_students where school_id = ${this.school} and student_id = ${this.maya.id} and class_id = ${from}`;
        await sql`insert into class_students (school_id, id, class_id, student_id, from_on)
          values (${this.school}, gen_random_uuid(), ${to}, ${this.maya.id}, current_date - 30)`;
      });
    },
    'the teacher has Willow': (isThere) => this.server.sql`
      update teacher_classes set is_active = ${isThere}
      where school_id = ${this.school} and teacher_id = ${this.teacher.id} and class_id = ${this.#classes.willow}`,
    'the guardianship': (isThere) => this.server.sql`
      update parent_students set until_on = ${isThere ? null : this.server.sql`current_date - 1`}
      where school_id = ${this.school} and parent_id = ${this.parent.id} and student_id = ${this.maya.id}`,
    'the teacher’s role': (isThere) =>
      isThere
        ? this.server.sql`
            insert into user_roles (school_id, id, user_id, role_id)
            select school_id, gen_random_uuid(), ${this.teacher.id}, id from roles where school_id = ${this.school} and name = 'teacher'`
        : this.server.sql`delete from user_roles where school_id = ${this.school} and user_id = ${this.teacher.id}`,
    'consent to photos': (isThere) => this.server.sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      values (${this.school}, gen_random_uuid(), ${this.maya.id}, ${this.parent.id}, 'photo', 1, ${isThere ? 'given' : 'withdrawn'})`,
  };

  /** Where the clock stands: what a backup would have. */
  async version(): Promise<number> {
    const [clock] = await this.server.sql<{ version: number }[]>`
      select version::float8 as version from school_clock where school_id = ${this.school}`;
    return must(clock, 'a school has a clock').version;
  }

  /** S3: a backup is put back, in which nothing that was created after `version` is. @returns the ids that it has lost */
  async restore(version: number): Promise<Set<string>> {
    const { sql, adminUrl, masterKey, vault, keyring } = this.server;
    const lost = await sql.begin(async (transaction) => {
      // As if it had never been: no tombstone, no trigger.
      await transaction`set local session_replication_role = replica`;
      const rows = await transaction<{ id: string }[]>`
        delete from sync_index where school_id = ${this.school} and created_version > ${version}
          and collection in ('completions', 'receipts', 'reviews') returning document_id as id`;
      const ids = rows.map(({ id }) => id);
      await transaction`delete from completion_reviews where school_id = ${this.school} and (id = any (${ids}::uuid[]) or completion_id = any (${ids}::uuid[]))`;
      await transaction`delete from homework_completions where school_id = ${this.school} and id = any (${ids}::uuid[])`;
      return new Set(ids);
    });
    await adoptRestore({ adminUrl, secret: masterKey.toString('hex'), vault, keyring });
    return lost;
  }

  /** S2: four hundred days have gone by since all that is gone went. @returns how much is forgotten */
  async pruneTombstones(): Promise<number> {
    return this.server.sql.begin(async (sql) => {
      await sql`select set_config('app.current_tenant', ${this.school}, true)`;
      await sql`
        insert into clock_marks (school_id, marked_on, version) select school_id, current_date - 401, version from school_clock where school_id = ${this.school}
        on conflict (school_id, marked_on) do update set version = excluded.version`;
      const [pruned] = await sql<{ count: number }[]>`select app.prune_tombstones(current_date - 400, 10000) as count`;
      return must(pruned, 'a function returns a row').count;
    });
  }

  /** Everything is as it was before the first history. */
  async tidy(): Promise<void> {
    await this.giveBackAll();
    const { sql } = this.server;
    await sql`
      delete from homework_completions where school_id = ${this.school} and id in (
        select document_id from sync_index where school_id = ${this.school} and collection = 'completions' and created_version > ${this.#firstVersion})`;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
