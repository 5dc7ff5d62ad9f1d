import { afterAll, beforeAll } from 'vitest';
import { createKeyring, type Keyring } from '#server/database/crypto/keyring.ts';
import { Person, signIns } from '../server/person.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';

/** The demo schools on a server, with a child and its teacher signed in. */
export class EncryptionScene {
  server!: TestServer;
  maya!: Person;
  teacher!: Person;
  club!: string;

  static open(): EncryptionScene {
    const scene = new EncryptionScene();
    beforeAll(() => scene.#begin());
    afterAll(() => scene.server.stop());
    return scene;
  }

  async #begin(): Promise<void> {
    this.server = await startTestServer({ metricsPort: 0 });
    this.maya = await Person.signIn(this.server.url, signIns.maya);
    this.teacher = await Person.signIn(this.server.url, signIns.teacher);
    this.club = String((await this.maya.pullAll('school')).documents.find(({ kind }) => kind === 'club')?.id);
  }

  /** One that has no key in memory. */
  readonly newKeyring = (): Keyring => createKeyring({ vault: this.server.vault, masterKey: this.server.masterKey });
}

export const schoolOf = (person: Person) => person.signedIn.user.schoolId;
export const subject = (person: Person) => ({ schoolId: schoolOf(person), subjectId: person.id });

/** Documents as a device that begins anew gets them, by id, without versions. */
export async function contents(person: Person, collection: string): Promise<Map<string, unknown>> {
  const { documents } = await person.pullAll(collection);
  return new Map(documents.map(({ version: _, ...content }) => [content.id, content]));
}
