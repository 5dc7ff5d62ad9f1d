import { afterAll, beforeAll, beforeEach } from 'vitest';
import { TestDevice } from './device.ts';
import { openWorld, type Person, type World } from './world.ts';

/** A school with two classes for each test: Maya is in Willow, with a teacher and a parent; Acorn has the next teacher. */
export class GrantsScene {
  world!: World;
  schoolId!: string;
  willow!: string;
  acorn!: string;
  clubId!: string;
  maya!: Person;
  /** Of Willow. */
  teacher!: Person;
  /** Of Acorn. */
  nextTeacher!: Person;
  parent!: Person;
  membership!: string;
  guardianship!: string;

  static open(): GrantsScene {
    const scene = new GrantsScene();
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
    this.maya = await world.addPerson(schoolId, 'student');
    [this.teacher, this.nextTeacher] = [await world.addPerson(schoolId, 'teacher'), await world.addPerson(schoolId, 'teacher')];
    this.parent = await world.addPerson(schoolId, 'parent');
    this.membership = await world.joinClass(this.maya, this.willow);
    await world.teach(this.teacher, this.willow);
    await world.teach(this.nextTeacher, this.acorn);
    this.guardianship = await world.addGuardianship(this.parent, this.maya);
  }

  /** Devices that hold all that their people may. */
  readonly devicesOf = async (...people: readonly Person[]): Promise<TestDevice[]> => {
    const devices = people.map((person) => new TestDevice(this.world, person, 3));
    for (const device of devices) await device.pull();
    return devices;
  };

  readonly readable = async (person: Person): Promise<number> => {
    const [row] = await this.world.as(person, (sql) => sql<{ rows: number }[]>`select count(*)::int as rows from homework_completions`);
    return row?.rows ?? 0;
  };
}

export function only<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error('there is one');
  return item;
}
