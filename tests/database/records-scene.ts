import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { openPlace, type Place } from './place.ts';
import { openWorld, type Person, type Transaction, type World } from './world.ts';

/** Two classes of a school with a row of every kind, and people who stand in other ways to what lies in them. */
export class RecordsScene {
  world!: World;
  schoolId!: string;
  place!: Place;
  elsewhere!: Place;
  /** Of the place's child, beside its parent. */
  father!: Person;
  fathersLink!: string;
  /** In the place's class. */
  assistant!: Person;
  /** For safeguarding. */
  lead!: Person;
  admin!: Person;

  /** Opened for the tests of a file, and closed after them. */
  static open(): RecordsScene {
    const scene = new RecordsScene();
    beforeAll(() => scene.#begin());
    afterAll(() => scene.world.close());
    return scene;
  }

  async #begin(): Promise<void> {
    const world = (this.world = await openWorld());
    const schoolId = (this.schoolId = await world.addSchool());
    this.place = await openPlace(world, schoolId);
    this.elsewhere = await openPlace(world, schoolId);
    this.father = await world.addPerson(schoolId, 'parent');
    this.fathersLink = await world.addGuardianship(this.father, this.place.student);
    this.assistant = await world.addPerson(schoolId, 'teacher', 'teaching_assistant');
    await world.teach(this.assistant, this.place.classId);
    this.lead = await world.addPerson(schoolId, 'admin', null);
    await world.giveRole(schoolId, this.lead.id, 'safeguarding_lead', { kind: 'school', target: schoolId });
    this.admin = await world.addPerson(schoolId, 'admin');
  }

  readonly seen = (person: Person, table: string, id: string): Promise<boolean> =>
    this.world.as(person, async (sql) => (await sql`select id from ${sql(table)} where id = ${id}`).count === 1);

  readonly bucket = async (collection: string, id: string): Promise<unknown> => {
    const [row] = await this.world.sql`
      select audience, scope_id as scope, is_deleted as "isDeleted" from sync_index
      where school_id = ${this.schoolId} and collection = ${collection} and document_id = ${id}`;
    return row;
  };

  readonly insert = (person: Person, table: string, row: Record<string, unknown>): Promise<unknown> =>
    this.world.as(
      person,
      (sql: Transaction) => sql`insert into ${sql(table)} ${sql({ school_id: person.schoolId, id: randomUUID(), ...row })}`,
    );
}
