import { afterAll, beforeAll } from 'vitest';
import { openWorld, type Person, type World } from './world.ts';

/** Two classes of a school, each with its teacher, its child and the child's parent, and Maya's homework. */
export class PermissionsScene {
  world!: World;
  schoolId!: string;
  /** Maya's. */
  classId!: string;
  /** Leo's. */
  otherClassId!: string;
  clubId!: string;
  maya!: Person;
  leo!: Person;
  teacher!: Person;
  otherTeacher!: Person;
  /** In Maya's class. */
  assistant!: Person;
  parent!: Person;
  otherParent!: Person;
  admin!: Person;
  mayasWork!: string;

  static open(): PermissionsScene {
    const scene = new PermissionsScene();
    beforeAll(() => scene.#begin());
    afterAll(() => scene.world.close());
    return scene;
  }

  async #begin(): Promise<void> {
    const world = (this.world = await openWorld());
    const schoolId = (this.schoolId = await world.addSchool());
    this.classId = await world.addClass(schoolId);
    this.otherClassId = await world.addClass(schoolId);
    this.clubId = await world.addClub(schoolId);
    [this.maya, this.leo] = [await world.addPerson(schoolId, 'student'), await world.addPerson(schoolId, 'student')];
    [this.teacher, this.otherTeacher] = [await world.addPerson(schoolId, 'teacher'), await world.addPerson(schoolId, 'teacher')];
    this.assistant = await world.addPerson(schoolId, 'teacher', 'teaching_assistant');
    [this.parent, this.otherParent] = [await world.addPerson(schoolId, 'parent'), await world.addPerson(schoolId, 'parent')];
    this.admin = await world.addPerson(schoolId, 'admin');
    await world.joinClass(this.maya, this.classId);
    await world.joinClass(this.leo, this.otherClassId);
    await world.teach(this.teacher, this.classId);
    await world.teach(this.assistant, this.classId);
    await world.teach(this.otherTeacher, this.otherClassId);
    await world.addGuardianship(this.parent, this.maya);
    await world.addGuardianship(this.otherParent, this.leo);
    this.mayasWork = await world.addCompletion(this.maya, this.clubId);
  }
}
