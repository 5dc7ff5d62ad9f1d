import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { roleUrl } from '#db/roles.ts';
import { addDays } from '#domain/calendar/dates.ts';
import { must } from '#domain/must.ts';
import { openPool, type Database } from '#server/database/connections.ts';
import { createRetention, type RetentionOptions } from '#server/privacy/retention.ts';
import { openWorld, type Person, type World } from './world.ts';

export const now = new Date('2026-11-24T09:00:00Z');
export const dayOf = (offset: number): string => addDays('2026-11-24', offset);

/** A school with one child, its mother and its teacher for each test, and the job that removes what is due. */
export class RetentionScene {
  world!: World;
  /** The job's pool. */
  worker!: Database;
  schoolId!: string;
  clubId!: string;
  child!: Person;
  mother!: Person;
  teacher!: Person;

  static open(): RetentionScene {
    const scene = new RetentionScene();
    beforeAll(async () => {
      scene.world = await openWorld();
      scene.worker = openPool(roleUrl(scene.world.adminUrl, 'background_worker', scene.world.secret), 3);
    });
    beforeEach(() => scene.#begin());
    afterAll(async () => {
      await scene.worker.end();
      await scene.world.close();
    });
    return scene;
  }

  async #begin(): Promise<void> {
    const { world } = this;
    const schoolId = (this.schoolId = await world.addSchool());
    this.clubId = await world.addClub(schoolId);
    this.child = await world.addPerson(schoolId, 'student');
    this.mother = await world.addPerson(schoolId, 'parent');
    this.teacher = await world.addPerson(schoolId, 'teacher');
    await world.sql`update students set started_on = '2024-09-02' where school_id = ${schoolId}`;
    const classId = await world.addClass(schoolId);
    await world.joinClass(this.child, classId);
    await world.teach(this.teacher, classId);
    await world.addGuardianship(this.mother, this.child);
  }

  readonly retention = (options: Partial<RetentionOptions> = {}) =>
    createRetention({
      database: this.worker,
      keyring: { encrypt: () => Promise.resolve(randomBytes(8)) },
      clock: () => now,
      ...options,
    });

  readonly due = async (entityType: string): Promise<number> => {
    const previews = await this.retention().preview(this.schoolId);
    return must(
      previews.find((one) => one.entityType === entityType),
      `${entityType} is previewed`,
    ).count;
  };

  readonly countOf = async (table: string): Promise<number> => {
    const [row] = await this.world.sql<{ count: number }[]>`
      select count(*)::integer as count from ${this.world.sql(table)} where school_id = ${this.schoolId}`;
    return must(row, 'a count is a row').count;
  };

  readonly hold = async (subject: Person): Promise<void> => {
    await this.world.sql`
      insert into legal_holds (school_id, id, subject_id, reason_encrypted, placed_by, from_on)
      values (${this.schoolId}, ${randomUUID()}, ${subject.id}, ${randomBytes(8)}, ${this.teacher.id}, '2026-01-01')`;
  };

  /** The time that the database itself counts holds by. */
  readonly endHolds = async (): Promise<void> => {
    await this.world.sql`update legal_holds set until_on = '2026-01-02' where school_id = ${this.schoolId}`;
  };
}
