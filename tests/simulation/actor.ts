import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { schoolId, userId } from '#domain/ids.ts';
import { TestDevice, type DeviceOptions } from '../../src/lib/sync/testing/device.ts';
import type { Person } from '../server/person.ts';
import { AppOfAnAge, numberNow } from './app-of-an-age.ts';
import { byClock, type DeviceClock } from './device-clock.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { FaultyStorage } from './faulty-storage.ts';

export interface ActorOptions {
  readonly name: string;
  readonly person: Person;
  /** Three a device, and one more: RxDB's open core has thirteen collections for one process, and four devices run in it here. */
  readonly collections: readonly CollectionName[];
  readonly random: () => number;
  /** How far the device's own clock is off. */
  readonly clockErrorMs: number;
  readonly hasStream: boolean;
  /** The schema number of its app (S28). */
  readonly schema: number;
}

/** One device of one person in the simulation. */
export class Actor {
  readonly name: string;
  readonly person: Person;
  readonly collections: readonly CollectionName[];
  readonly clock: DeviceClock;
  readonly network: FaultyNetwork;
  readonly app: AppOfAnAge;
  readonly disk: FaultyStorage;
  readonly device: TestDevice;
  readonly #options: DeviceOptions;
  #isOn = false;

  constructor({ name, person, collections, random, clockErrorMs, hasStream, schema }: ActorOptions) {
    this.name = name;
    this.person = person;
    this.collections = collections;
    this.clock = { errorMs: clockErrorMs };
    this.app = new AppOfAnAge(schema);
    this.disk = new FaultyStorage(this.app.lenses);
    this.network = new FaultyNetwork(person.url, person.cookie, random);
    this.#options = {
      owner: { schoolId: v.parse(schoolId, person.signedIn.user.schoolId), userId: v.parse(userId, person.id) },
      fetch: this.app.speaking(this.network.fetch),
      openStream: hasStream ? this.network.openStream : null,
      collections,
      random,
      now: () => new Date(Date.now()),
      storage: this.disk.storage,
      pageSize: 20,
    };
    this.device = new TestDevice(this.#options);
  }

  /** What the device does, by its own clock. */
  byItself<Result>(work: (device: TestDevice) => Result): Result {
    return byClock(this.clock, () => work(this.device));
  }

  /** Its disk is full, or it is being killed: what is written now may not be kept. */
  get hasTrouble(): boolean {
    return this.disk.isFull || this.disk.isCut || !this.#isOn;
  }

  async start(): Promise<void> {
    this.disk.isFull = false;
    this.#isOn = true;
    await this.byItself((device) => device.start());
  }

  /** At once, whatever is being written. */
  async kill(): Promise<void> {
    this.disk.isCut = true;
    this.#isOn = false;
    await this.byItself((device) => device.kill());
    this.disk.isCut = false;
    this.device.failures = [];
  }

  /** A second tab beside the one that replicates (S20): whoever asked for it closes it. */
  openTab(): Promise<TestDevice> {
    // In the room that another device has left: three collections.
    const collections = this.collections.filter((collection) => collection !== 'people');
    const tab = new TestDevice({ ...this.#options, collections, storage: this.disk.otherTab(), openStream: null });
    return byClock(this.clock, () => tab.open());
  }

  /** Its app is replaced by the one of now. */
  async update(): Promise<void> {
    await this.kill();
    this.app.number = numberNow;
    await this.start();
  }

  /** Puts away what is left. */
  async end(): Promise<void> {
    this.disk.isCut = true;
    await this.device.dispose();
  }
}
