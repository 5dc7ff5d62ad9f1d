import { afterAll, beforeAll } from 'vitest';
import { startTestServer, type TestServer, type TestServerOptions } from '../setup/server.ts';
import { Person, signIns } from './person.ts';

/** The demo schools on a server of their own, and people who have signed in. */
export class SchoolScene {
  server!: TestServer;
  maya!: Person;
  leo!: Person;
  /** Of both. */
  parent!: Person;
  /** Maya's. */
  teacher!: Person;
  /** Teaches at another school. */
  riverside!: Person;
  /** A club of Oak Hill. */
  club!: string;

  protected readonly options: TestServerOptions = { metricsPort: 0 };

  /** Opened for the tests of a file, and closed after them. */
  static open<Scene extends SchoolScene>(this: new () => Scene): Scene {
    const scene = new this();
    beforeAll(() => scene.begin());
    afterAll(() => scene.server.stop());
    return scene;
  }

  protected async begin(): Promise<void> {
    this.server = await startTestServer(this.options);
    const signIn = (who: object) => Person.signIn(this.server.url, who);
    [this.maya, this.leo, this.parent, this.teacher, this.riverside] = await Promise.all([
      signIn(signIns.maya),
      signIn(signIns.leo),
      signIn(signIns.parent),
      signIn(signIns.teacher),
      signIn(signIns.riversideTeacher),
    ]);
    this.club = String((await this.maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  }

  /** How often a piece of homework is stored. */
  async rowsOf(id: string): Promise<number> {
    return (await this.server.sql`select from homework_completions where id = ${id}`).length;
  }
}
