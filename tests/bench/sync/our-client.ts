import { collectionNames, type CollectionName } from '#domain/collections/index.ts';
import { must } from '#domain/must.ts';
import type { DeviceStore } from '../../../src/lib/data/device-store.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import type { Owner } from '../../../src/lib/data/owner.ts';
import { postSignIn, type Credentials, type SignedIn } from '../../../src/lib/session/session-api.ts';
import type { Fetch } from '../../../src/lib/sync/http.ts';
import type { OpenEventStream } from '../../../src/lib/sync/stream.ts';
import { TestDevice } from '../../../src/lib/sync/testing/device.ts';
import type { DeviceStorage } from '../../../src/lib/data/log/log-storage.ts';
import { watchStorage } from './watched-storage.ts';

/** What the real client runs on: Node with memory storage, or a browser. */
export interface OurEnvironment {
  readonly fetch: Fetch;
  readonly openStream: OpenEventStream;
  readonly storage: DeviceStorage;
  readonly store?: DeviceStore;
  readonly isShared: boolean;
}

/** The first sync and the offline writes of one new device, in milliseconds. */
export interface ClientRun {
  /** Until there is something to work on, the signing in with it. */
  readonly firstScreen: number;
  readonly firstSync: number;
  /** Documents that are on the device after it. */
  readonly documents: number;
  readonly durable: number;
  readonly acknowledged: number;
}

export interface OurRun extends ClientRun {
  /** Whose database lies on the device now. */
  readonly opens: { readonly owner: Owner; readonly collections: readonly CollectionName[] };
}

const mostMs = 60_000;
/** Documents of a list that fill a screen. */
export const screenful = 50;

/** The product's own client, with a network that can be cut. */
export class OurClient {
  readonly device: TestDevice;
  readonly signedIn: SignedIn;
  /** Milliseconds that the signing in took. */
  readonly #signIn: number;
  readonly #lastWriteAt: () => number;
  readonly #network: Network;

  private constructor(device: TestDevice, signedIn: SignedIn, signIn: number, lastWriteAt: () => number, network: Network) {
    this.device = device;
    this.signedIn = signedIn;
    this.#signIn = signIn;
    this.#lastWriteAt = lastWriteAt;
    this.#network = network;
  }

  static async signIn(environment: OurEnvironment, credentials: Credentials): Promise<OurClient> {
    const network = new Network(environment.fetch);
    const deviceId = crypto.randomUUID();
    const started = performance.now();
    const answer = await postSignIn(network.fetch, credentials, deviceId);
    const signIn = performance.now() - started;
    if (!answer.ok) throw new Error(`The bench could not sign in: ${answer.code}.`);
    const { storage, lastWriteAt } = watchStorage(environment.storage);
    const { user, collections } = answer.session;
    const device = new TestDevice({
      owner: { schoolId: user.schoolId, userId: user.id },
      fetch: network.fetch,
      openStream: environment.openStream,
      collections,
      storage,
      ...(environment.store && { store: environment.store }),
      isShared: environment.isShared,
      deviceId,
    });
    return new OurClient(device, answer.session, signIn, lastWriteAt, network);
  }

  /** From an empty device to all documents in its storage; `firstScreen` counts from before the signing in. */
  async firstSync(): Promise<Pick<ClientRun, 'firstScreen' | 'firstSync'>> {
    const started = performance.now();
    await this.device.start();
    const shown = this.#firstScreen().then(() => performance.now());
    if (!(await this.device.engine.settled(mostMs))) throw new Error('The first sync did not end within a minute.');
    const firstSync = this.#lastWriteAt() - started;
    if (this.device.failures.length > 0) throw new Error('A page could not be kept.', { cause: this.device.failures[0] });
    return { firstScreen: this.#signIn + (await shown) - started, firstSync };
  }

  /** Resolves when the screen has names and classes to show, and homework as it was handed in last. */
  async #firstScreen(): Promise<void> {
    const { database } = this.device;
    const filled = (watch: (listener: (found: readonly unknown[]) => void) => () => void): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const end = watch((found) => {
        if (found.length > 0) resolve(undefined);
      });
      return promise.then(end);
    };
    await Promise.all([
      filled((listener) => database.observe('people', {}, listener)),
      filled((listener) => database.observe('classes', {}, listener)),
      filled((listener) => database.observe('completions', { sort: [{ completionDate: 'desc' }], limit: screenful }, listener)),
    ]);
  }

  async count(): Promise<number> {
    let count = 0;
    for (const collection of this.collections) count += (await this.device.versions(collection)).length;
    return count;
  }

  get collections(): readonly CollectionName[] {
    return collectionNames.filter((name) => this.signedIn.collections.includes(name));
  }

  /** One after the other, each durable before the next, as people write; the app is open and the network gone. */
  async writeOffline(writes: readonly NewHomework[]): Promise<number> {
    this.#network.isCut = true;
    const started = performance.now();
    for (const write of writes) await this.device.homework.log(write);
    return performance.now() - started;
  }

  /** From the network's return until the device knows that the server has everything. */
  async acknowledge(): Promise<number> {
    this.#network.isCut = false;
    const started = performance.now();
    const left = await this.device.engine.flush(mostMs);
    const ms = performance.now() - started;
    if (left > 0) throw new Error(`${String(left)} writes were not acknowledged within a minute.`);
    const aside = await this.device.own.quarantine();
    if (aside.length > 0) throw new Error(`The server refused ${String(aside.length)} writes: ${must(aside[0], 'there is one').message}`);
    return ms;
  }
}

export async function measureOurs(environment: OurEnvironment, credentials: Credentials, writes: readonly NewHomework[]): Promise<OurRun> {
  const client = await OurClient.signIn(environment, credentials);
  try {
    const first = await client.firstSync();
    const documents = await client.count();
    const durable = await client.writeOffline(writes);
    const { schoolId, id: userId } = client.signedIn.user;
    const opens = { owner: { schoolId, userId }, collections: client.signedIn.collections };
    return { ...first, documents, durable, acknowledged: await client.acknowledge(), opens };
  } finally {
    await client.device.dispose();
  }
}

class Network {
  isCut = false;
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  readonly fetch: Fetch = (url, init) => (this.isCut ? Promise.reject(new TypeError('The network is cut.')) : this.#fetch(url, init));
}
