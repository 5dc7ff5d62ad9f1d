import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import type { Checkpoint, PullPage, WireDocument } from '#domain/sync/protocol.ts';
import { seededRandom } from '../../src/lib/sync/testing/seeded-random.ts';
import { startTestServer, type TestServer } from '../setup/server.ts';
import { Person, signIns } from './person.ts';
import { changes, type Change } from './school-changes.ts';

/**
 * I2: whatever changes at the school, a device that asks for news ends with the words that a new device gets, not only with the same
 * documents. What a document says follows from many tables: each change of one has to give it a new version.
 */

const steps = Number(process.env['CHANGES'] ?? 70);

let server: TestServer;
let schoolId: string;
let devices: readonly Device[];
beforeAll(async () => {
  server = await startTestServer();
  const people = ['maya', 'leo', 'parent', 'teacher', 'teacher2', 'admin'] as const;
  devices = await Promise.all(people.map(async (who) => new Device(who, await Person.signIn(server.url, signIns[who]))));
  for (const device of devices) await device.catchUp();
  ({ schoolId } = must(devices[0], 'Maya is there').person.signedIn.user);
}, 60_000);
afterAll(() => server.stop());

/** What somebody's device holds, by collection and id. */
class Device {
  readonly who: string;
  readonly person: Person;
  readonly #held = new Map<string, Map<string, WireDocument>>();
  readonly #checkpoints = new Map<string, Checkpoint>();

  constructor(who: string, person: Person) {
    this.who = who;
    this.person = person;
  }

  /** Asks for all collections at once, as the app does, until there is no more. */
  async catchUp(): Promise<void> {
    for (let behind: readonly string[] = this.person.signedIn.collections; behind.length > 0;) {
      const pages = await this.#ask(behind, (name) => this.#checkpoints.get(name) ?? null);
      for (const [name, page] of pages) this.#take(name, page);
      behind = pages.filter(([, { isCaughtUp }]) => !isCaughtUp).map(([name]) => name);
    }
  }

  /** Whatever differs from what a new device of this person gets, in words. */
  async differences(): Promise<string[]> {
    const fresh = new Device(this.who, this.person);
    await fresh.catchUp();
    return this.person.signedIn.collections.flatMap((name) => {
      const [here, there] = [this.#of(name), fresh.#of(name)];
      return [...new Set([...here.keys(), ...there.keys()])]
        .filter((id) => !isDeepStrictEqual(here.get(id), there.get(id)))
        .map((id) => `${this.who}, ${name}: holds ${JSON.stringify(here.get(id))}, a new device ${JSON.stringify(there.get(id))}`);
    });
  }

  async #ask(collections: readonly string[], from: (name: string) => Checkpoint | null): Promise<[string, PullPage][]> {
    const asks = Object.fromEntries(collections.map((name) => [name, { checkpoint: from(name), limit: 2000 }]));
    const { status, body } = await this.person.send('/api/sync/pull', { schema: this.person.schema, collections: asks });
    expect(status).toBe(200);
    return Object.entries((body as { collections: Record<string, PullPage> }).collections);
  }

  #of(name: string): Map<string, WireDocument> {
    const held = this.#held.get(name) ?? new Map<string, WireDocument>();
    this.#held.set(name, held);
    return held;
  }

  #take(name: string, { documents, checkpoint }: PullPage): void {
    const held = this.#of(name);
    for (const document of documents) {
      if (document._deleted) held.delete(document.id);
      else held.set(document.id, document);
    }
    this.#checkpoints.set(name, checkpoint);
  }
}

test('a device that asks for news says what a new device says, after each of many changes, before anything is derived of them', async () => {
  const random = seededRandom(20_261_129);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const called: Change = {
    name: 'a child is called otherwise',
    make: async (sql) => {
      const { id } = pick(
        await sql<{ id: string }[]>`select id from students where school_id = ${schoolId} order by shows_on_boards desc, id limit 20`,
      );
      const cell = { table: 'users', column: 'first_name_encrypted', row: id } as const;
      const firstName = await server.keyring.encrypt({ schoolId, subjectId: id }, cell, pick(['Robin', 'Wren', 'Jay']));
      return sql`update users set first_name_encrypted = ${firstName} where id = ${id}`;
    },
  };
  const kindsOfChange = [...changes, called];
  const log: string[] = [];
  const effective = new Set<string>();
  await server.sql.begin(async (sql) => {
    // Every deriver waits: what it writes would hide that a change itself was not told.
    await sql`select pg_advisory_xact_lock(hashtextextended(school_id::text, 7013)) from schools`;
    // Each kind of change at least once, in an order of its own.
    const kinds = kindsOfChange.map((change) => ({ change, at: random() })).sort((one, other) => one.at - other.at);
    for (let step = 0; step < steps; step++) {
      const change: Change = kinds[step]?.change ?? pick(kindsOfChange);
      const { count } = await server.sql.begin((inner) => change.make(inner, pick));
      if (count > 0) effective.add(change.name);
      log.push(change.name);
      for (const device of devices) {
        // Some ask seldom, and meet many changes at once.
        if (step % 5 !== 4 && random() < 0.5) continue;
        await device.catchUp();
        expect(await device.differences(), `the last of: ${log.join('; ')}`).toEqual([]);
      }
    }
  });
  expect(kindsOfChange.filter(({ name }) => !effective.has(name)).map(({ name }) => name)).toEqual([]);
}, 120_000);
