import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openWorld, type Person, type World } from './world.ts';

interface Assignment {
  readonly member: Person;
  readonly role: string;
  readonly kind: string;
  readonly target?: string | null;
  readonly from?: Date | null;
  readonly until?: Date | null;
}

export const dayMs = 86_400_000;
export const inMs = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** A school with two classes for each test, an admin who makes and gives roles, and a volunteer who has none. */
export class RolesScene {
  world!: World;
  schoolId!: string;
  willow!: string;
  acorn!: string;
  clubId!: string;
  /** In Willow. */
  maya!: Person;
  /** In Acorn. */
  leo!: Person;
  /** Of Willow. */
  teacher!: Person;
  volunteer!: Person;
  admin!: Person;

  static open(): RolesScene {
    const scene = new RolesScene();
    beforeAll(async () => {
      scene.world = await openWorld();
    });
    beforeEach(() => scene.#begin());
    afterAll(() => scene.world.close());
    return scene;
  }

  async #begin(): Promise<void> {
    const { world } = this;
    const schoolId = (this.schoolId = await world.addSchool());
    [this.willow, this.acorn] = [await world.addClass(schoolId), await world.addClass(schoolId)];
    this.clubId = await world.addClub(schoolId);
    [this.maya, this.leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
    this.teacher = await world.addPerson(schoolId, 'teacher');
    this.volunteer = await world.addPerson(schoolId, 'parent', null);
    this.admin = await world.addPerson(schoolId, 'admin');
    await world.joinClass(this.maya, this.willow);
    await world.joinClass(this.leo, this.acorn);
    await world.teach(this.teacher, this.willow);
  }

  readonly template = async (name: string): Promise<string> => {
    const [role] = await this.world.sql<{ id: string }[]>`
      select id from roles where school_id = ${this.schoolId} and name = ${name} and is_template`;
    return role?.id ?? '';
  };

  readonly copy = async (person: Person, original: string, name: string = randomUUID()): Promise<string> => {
    const [from, id] = [await this.template(original), randomUUID()];
    await this.world.as(person, (sql) => sql`select app.copy_role(${from}, ${id}, ${name})`);
    return id;
  };

  readonly change = (person: Person, role: string, allowed: readonly string[], onlineOnly: readonly string[] = []) =>
    this.world.as(person, (sql) => sql`select app.change_role(${role}, ${[...allowed]}::text[], ${[...onlineOnly]}::text[])`);

  readonly give = async (person: Person, { member, role, kind, target = null, from = null, until = null }: Assignment): Promise<string> => {
    const id = randomUUID();
    await this.world.as(person, (sql) => sql`select app.give_role(${id}, ${member.id}, ${role}, ${kind}, ${target}, ${from}, ${until})`);
    return id;
  };

  readonly completionsSeenBy = (person: Person): Promise<number> =>
    this.world.as(person, async (sql) => (await sql`select id from homework_completions`).count);

  /** A role with which the admin lets somebody read the children of a class: the admin holds all of it. */
  readonly readingVolunteer = async (): Promise<string> => {
    const role = await this.copy(this.admin, 'teaching_assistant', 'Reading volunteer');
    await this.change(this.admin, role, ['school.read', 'class.read', 'class_staff.read', 'student.read', 'account.read']);
    return role;
  };
}
