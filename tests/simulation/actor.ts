import * as v from 'valibot';
import type { CollectionName } from '#domain/collections/index.ts';
import { schoolId, userId } from '#domain/ids.ts';
import { TestDevice } from '../../src/lib/sync/testing/device.ts';
import type { Person } from '../server/person.ts';
import { FaultyNetwork } from './faulty-network.ts';

/** Three a device: RxDB's open core has thirteen collections for one process, and four devices run in it here. */
export const synced: readonly CollectionName[] = ['completions', 'receipts', 'reviews'];

export interface ActorOptions {
  readonly name: string;
  readonly person: Person;
  readonly random: () => number;
  /** How far the device's own clock is off. */
  readonly clockErrorMs: number;
  readonly hasStream: boolean;
}

/** One device of one person in the simulation. */
export class Actor {
  readonly name: string;
  readonly person: Person;
  readonly network: FaultyNetwork;
  readonly device: TestDevice;

  constructor({ name, person, random, clockErrorMs, hasStream }: ActorOptions) {
    this.name = name;
    this.person = person;
    this.network = new FaultyNetwork(person.url, person.cookie, random);
    this.device = new TestDevice({
      owner: { schoolId: v.parse(schoolId, person.signedIn.user.schoolId), userId: v.parse(userId, person.id) },
      fetch: this.network.fetch,
      openStream: hasStream ? this.network.openStream : null,
      collections: synced,
      random,
      now: () => new Date(Date.now() + clockErrorMs),
      pageSize: 500,
    });
  }
}
