import { must } from '#domain/must.ts';
import type { TestDevice } from '../../src/lib/sync/testing/device.ts';
import { seededRandom } from '../../src/lib/sync/testing/seeded-random.ts';
import type { Person } from '../server/person.ts';
import { numberNow } from './app-of-an-age.ts';
import { Actor } from './actor.ts';
import { isDerived } from './oracle.ts';
import type { World } from './world.ts';

const hour = 3_600_000;
const clockErrors = [0, 0, -hour, hour, -21 * 24 * hour];
const synced = ['completions', 'receipts', 'reviews'] as const;
/** Devices that are not updated for long; three numbers behind, one only sends (S28). */
const ages: Readonly<Record<string, readonly number[]>> = { laptop: [numberNow, 3, 2, 1], parent: [numberNow, 2] };
const steps = 24;

/** Something that may happen in a step; what it answers is for the log of a seed that failed. */
export interface Event {
  readonly weight: number;
  happen(simulation: Simulation, actor: Actor): Promise<string>;
}

/** One history: a child on two devices, a parent and a teacher, and everything that can happen to them. */
export class Simulation {
  readonly world: World;
  readonly actors: readonly Actor[];
  /** What happened, a line an event. */
  readonly log: string[] = [];
  readonly written = new Set<string>();
  readonly takenBack = new Set<string>();
  /** Pieces of which somebody has said how they went; nobody takes that back. */
  readonly felt = new Set<string>();
  readonly random: () => number;
  readonly #seed: number;
  #backup: number | null = null;
  #step = 0;
  #words = 0;

  constructor(seed: number, world: World) {
    this.#seed = seed;
    this.world = world;
    this.random = seededRandom(seed);
    const actor = (name: string, person: Person, hasStream: boolean, index: number) =>
      new Actor({
        name,
        person,
        collections: name === 'parent' ? [...synced, 'people'] : synced,
        // Of its own: how often a device asks must not change what happens next.
        random: seededRandom(seed * 1000 + index),
        clockErrorMs: must(this.pick(clockErrors), 'there are clocks'),
        hasStream,
        schema: must(this.pick(ages[name] ?? [numberNow]), 'there are ages'),
      });
    const { maya, parent, teacher } = world;
    this.actors = [
      actor('tablet', maya, true, 1),
      actor('laptop', maya, false, 2),
      actor('parent', parent, false, 3),
      actor('teacher', teacher, true, 4),
    ];
  }

  async run(events: readonly Event[]): Promise<void> {
    const scheduled = events.flatMap((event) => Array.from({ length: event.weight }, () => event));
    for (const actor of this.actors) await actor.start();
    for (this.#step = 0; this.#step < steps; this.#step++) {
      const actor = must(this.pick(this.actors), 'there are four');
      const event = must(this.pick(scheduled), 'something happens');
      this.log.push(`${String(this.#step)} ${actor.name} ${await event.happen(this, actor)}`);
      if (this.chance(0.5)) await new Promise((resolve) => setTimeout(resolve, this.random() * 10));
    }
  }

  /** A write on a device, which may not be kept. @returns its id when it was */
  async write(actor: Actor, work: (device: TestDevice) => Promise<string>): Promise<string | null> {
    try {
      const id = await actor.byItself(work);
      this.written.add(id);
      this.world.writes.set(id, (this.world.writes.get(id) ?? 0) + 1);
      return id;
    } catch (reason) {
      // The person is told so; or a pull has taken the document away between the choice and the change.
      const isGone = reason instanceof Error && reason.message.includes('is on this device');
      if (isGone || actor.hasTrouble) return null;
      throw reason;
    }
  }

  takeBack(id: string): void {
    this.takenBack.add(id);
  }

  /** Words that nobody else writes, to be found wherever they lie. */
  words({ name }: Actor): string {
    return `seed ${String(this.#seed)}, ${name}’s words ${String(++this.#words)}`;
  }

  /** The app is replaced by the one of now. What waits is sent in other words from then on, and so is judged anew. */
  async update(actor: Actor): Promise<void> {
    const { writes } = this.world;
    for (const { id } of actor.device.database.unsent.list.all()) writes.set(id, (writes.get(id) ?? 0) + 1);
    await actor.update();
  }

  readonly stayOffline = ({ network, clock }: Actor): void => {
    network.isOff = true;
    clock.errorMs += 21 * 24 * hour;
  };

  async backUpOrRestore(): Promise<string> {
    if (this.#backup === null) {
      this.#backup = await this.world.version();
      return 'a backup is made';
    }
    const lost = await this.world.restore(this.#backup);
    this.#backup = null;
    // Each device sends what it has again, whoever wrote it and whenever it is written next, and it is judged anew.
    this.world.sentAgain += this.actors.length;
    // What nobody has any more is lost with the backup.
    const kept = new Set(
      (await Promise.all(this.actors.map(({ device }) => device.database.versions('completions')))).flat().map(([id]) => id),
    );
    // And who sends them again may not know of what another had said.
    for (const id of lost) this.felt.delete(id);
    for (const id of lost) if (!kept.has(id)) this.written.delete(id);
    return `a backup is put back, without ${String(lost.size)} documents`;
  }

  /** Every device has a network and is told to sync, until there are no `differences` left, or too long. */
  async becomeQuiet(differences: (simulation: Simulation) => Promise<readonly string[]>): Promise<void> {
    if (this.chance(0.5)) await this.world.giveBackAll();
    for (const { network } of this.actors) Object.assign(network, { isOff: false, isFaulty: false });
    for (const actor of this.actors) {
      // What is too old to be served sees nothing until it is updated.
      if (actor.app.number === 1) await this.update(actor);
      if (!actor.disk.isFull) continue;
      await actor.kill();
      await actor.start();
    }
    const deadline = performance.now() + 25_000;
    for (let round = 1; performance.now() < deadline; round++) {
      for (const actor of this.actors) actor.byItself(({ engine }) => engine.syncNow());
      await Promise.all(this.actors.map(({ device }) => device.engine.settled(3_000)));
      // What the server still derives would come between this look and the next.
      if ((await isDerived(this.world.server.sql)) && (await differences(this)).length === 0) return;
      // What a lost page has left behind is for the digest.
      if (round % 4 === 0) for (const actor of this.actors) await actor.byItself(({ engine }) => engine.digest()).catch(() => false);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  async end(): Promise<void> {
    for (const actor of this.actors) await actor.end();
    await this.world.tidy();
  }

  readonly chance = (probability: number): boolean => this.random() < probability;

  readonly pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(this.random() * all.length)];
}
