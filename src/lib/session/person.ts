import * as v from 'valibot';
import { mayCreate } from '#domain/collections/may-create.ts';
import type { DeliveryTerms } from '#domain/delivery/protocol.ts';
import { openData } from '../data/current.svelte.ts';
import type { DeviceStore, OwnerStore } from '../data/device-store.ts';
import { LocalDatabase } from '../data/local-database.ts';
import { isNoRoom } from '../data/no-room.ts';
import { ownerKey, type Owner } from '../data/owner.ts';
import { WorkAside } from '../data/setting-aside.ts';
import { RoomWatch } from '../data/room-watch.ts';
import { setLookForRoom, storageFailed, storageSpace } from '../data/storage-space.svelte.ts';
import { PersonSealing } from '../delivery/person-sealing.ts';
import { sealedWork } from '../delivery/sealed-work.svelte.ts';
import { PersonEvidence } from '../evidence/person-evidence.ts';
import { browserStorage } from '../data/browser-storage.ts';
import { wipeOwner } from '../data/wipe.ts';
import { clockFact, clockOffsetMs, learnClockOffset, offsetAfter } from '../sync/clock.ts';
import { SyncEngine } from '../sync/engine.ts';
import type { Fetch } from '../sync/http.ts';
import { quarantine, setSyncNow, syncStatus } from '../sync/status.svelte.ts';
import { LeftBehind } from './left-behind.ts';
import { login, type Login } from './login.ts';
import { PersonTabs } from './person-tabs.ts';
import type { SignedIn } from './session-api.ts';

const loginFact = 'login';

export interface PersonOptions {
  readonly signedIn: SignedIn;
  /** Under which their data lies on this device. */
  readonly key: CryptoKey;
  readonly device: DeviceStore;
  readonly deviceId: string;
  readonly fetch: Fetch;
  /** All that the server had is here; its time, in milliseconds. */
  readonly onUpToDate: (server: number) => Promise<void>;
  readonly onAccessEnded: () => void;
}

/** One person at work on this device: the open database, its sync, and what the screens are told of both. */
export class Person {
  readonly owner: Owner;
  readonly signedIn: SignedIn;
  readonly key: CryptoKey;
  /** What opened the data, until it was tried at the server as well: it may sign them in there. */
  untriedSecret: string | null = null;
  readonly #device: DeviceStore;
  readonly #store: OwnerStore;
  readonly #database: LocalDatabase;
  readonly #engine: SyncEngine;
  readonly #evidence: PersonEvidence;
  readonly #sealing: PersonSealing;
  readonly #tabs: PersonTabs;
  readonly #left: LeftBehind;
  readonly #room: RoomWatch;
  readonly #endWatches: readonly (() => void)[];

  private constructor(
    { signedIn, key, device, deviceId, fetch, onUpToDate, onAccessEnded }: PersonOptions,
    database: LocalDatabase,
    aside: WorkAside,
    left: LeftBehind,
  ) {
    this.signedIn = signedIn;
    this.key = key;
    this.owner = database.owner;
    this.#device = device;
    this.#database = database;
    this.#left = left;
    this.#room = new RoomWatch({
      tryToKeep: () => device.tryToKeep(),
      onRoom: () => {
        storageSpace.isFull = false;
        this.syncNow();
      },
    });
    setLookForRoom(() => {
      this.#room.lost();
    });
    const store = (this.#store = device.of(ownerKey(this.owner), key));
    const data = { database, store, kind: signedIn.user.kind };
    this.#tabs = new PersonTabs(database.name, {
      engine: () => this.#engine,
      syncHere: () => {
        this.#syncHere();
      },
      renewHere: () => {
        this.#engine.sessionRenewed();
        this.#evidence.sessionRenewed();
      },
    });
    this.#engine = new SyncEngine({
      database,
      store,
      aside,
      deviceId,
      fetch,
      openStream: (url) => new EventSource(url),
      random: Math.random,
      now: () => new Date(),
      sealed: () => sealedWork.waiting,
      mayCreate: (collection) => mayCreate(collection, signedIn.access),
      // A wifi that led nowhere and does again tells nobody: not the browser, and not those who wait for another try.
      onLive: () => {
        this.#evidence.heard();
        sealedWork.heard();
      },
      onFacts: (facts) => {
        syncStatus.show(facts);
        this.#tabs.tellFacts(facts);
      },
      onClock: (sample) => {
        const offsetMs = offsetAfter(clockOffsetMs(), sample);
        if (offsetMs === clockOffsetMs()) return;
        learnClockOffset(offsetMs);
        this.#tabs.tellClock(offsetMs);
        void device.setFact(clockFact, offsetMs).catch(() => undefined);
      },
      onUpToDate: (server) => {
        onUpToDate(server).catch(() => {
          this.#tabs.tellNoRoom();
        });
      },
      onAccessEnded,
      onPersistFailure: () => {
        this.#tabs.tellNoRoom();
      },
    });
    this.#evidence = new PersonEvidence({
      data,
      key,
      fetch,
      marks: signedIn.access['completion.review'] ?? [],
      onFailure: () => {
        this.#tabs.tellNoRoom();
      },
    });
    this.#sealing = new PersonSealing({
      data,
      files: this.#evidence.store,
      device,
      deviceId,
      outbox: sealedWork.outbox,
      locks: navigator.locks,
      onHolder: (holder) => {
        sealedWork.opened(holder, () => this.sealUnsent());
      },
      onUnsealed: (unsealed) => this.#left.note({ unsent: this.unsentCount, unsealed: Math.min(unsealed, this.unsentCount) }),
      onFailure: (reason) => {
        if (isNoRoom(reason)) this.#tabs.tellNoRoom();
        else storageSpace.isDamaged = true;
      },
    });
    this.#endWatches = [
      store.watch((aside) => {
        quarantine.current = aside;
      }),
      database.unsent.watch((unsent) => {
        syncStatus.showWaiting(data, unsent.all());
        // Until it is sealed it counts as what would be lost.
        this.#left.note({ unsent: this.unsentCount, unsealed: this.unsentCount }).catch(storageFailed);
      }),
    ];
    openData.current = data;
    setSyncNow(() => {
      this.syncNow();
    });
  }

  static async open(options: PersonOptions): Promise<Person> {
    const owner = { schoolId: options.signedIn.user.schoolId, userId: options.signedIn.user.id };
    const aside = new WorkAside(options.device.of(ownerKey(owner), options.key), () => new Date());
    const left = new LeftBehind(options.device, ownerKey(owner));
    const database = await LocalDatabase.open({
      owner,
      collections: options.signedIn.collections,
      storage: browserStorage(options.key, () => {
        storageSpace.isDamaged = true;
      }),
      aside,
      isShared: true,
      aroundWork: (work) => left.during(work),
    });
    await sealedWork.load();
    const person = new Person(options, database, aside, left);
    // Before anything is delivered: what is sealed of this copy is on its way from here.
    await person.#sealing.begun();
    // Before any screen is shown: a part of the first fetch is not to be taken for all.
    const noRoom = () => {
      person.#tabs.tellNoRoom();
    };
    await person.#engine.recall().then(() => {
      person.#engine.start().catch(noRoom);
    }, noRoom);
    person.#tabs.ask();
    return person;
  }

  syncNow(): void {
    this.#tabs.syncNow();
  }

  /** The same person has signed in again. */
  sessionRenewed(): void {
    this.#tabs.renew();
  }

  /** @returns how many documents and files still wait after `timeoutMs` at most */
  async flush(timeoutMs: number): Promise<number> {
    this.syncNow();
    const [documents, files] = await Promise.all([this.#engine.flush(timeoutMs), this.#evidence.flush(timeoutMs)]);
    return documents + files;
  }

  /** What the server told of how to seal work to the school. */
  async learn(terms: DeliveryTerms): Promise<void> {
    await this.#sealing.learn(terms);
  }

  /**
   * Seals to the school what is unsent (S30), beside the local copy.
   *
   * @returns whether all of it is sealed and durable, so that the local copy may be given up
   */
  sealUnsent(): Promise<boolean> {
    return this.#sealing.sealUnsent();
  }

  /** How they sign in, beside their secret; null where they did not by anything that could be kept. */
  async login(): Promise<Login | null> {
    const known = v.safeParse(login, await this.#store.fact(loginFact));
    return known.success ? known.output : null;
  }

  async rememberLogin(known: Login): Promise<void> {
    // Without it they sign in by hand.
    await this.#store.setFact(loginFact, known).catch(() => {
      this.#tabs.tellNoRoom();
    });
  }

  /** The child's picture, where this device knows it. */
  async avatar(): Promise<string | null> {
    if (!this.#database.holds('people')) return null;
    const people = await this.#database.find('people');
    return people.flatMap((one) => (one.kind === 'student' && one.studentId === this.owner.userId ? one.avatar : []))[0] ?? null;
  }

  get unsentCount(): number {
    return this.#database.unsent.list.size + this.#evidence.waiting;
  }

  async close(): Promise<void> {
    openData.current = null;
    setSyncNow(() => undefined);
    setLookForRoom(() => undefined);
    this.#room.end();
    for (const end of this.#endWatches) end();
    this.#sealing.stop();
    this.#evidence.close();
    await this.#engine.stop();
    await this.#sealing.close();
    sealedWork.closed();
    await this.#database.close();
    this.#tabs.close();
    this.#device.leave(ownerKey(this.owner));
    storageSpace.isDamaged = false;
    syncStatus.clear();
    quarantine.current = [];
  }

  /** Throws away what is unsent, sealed or not. */
  async discardUnsent(): Promise<void> {
    await this.#sealing.discard();
  }

  /** Closes, and leaves nothing of this person on the device but what is sealed to the school. */
  async wipe(): Promise<void> {
    await this.close();
    await wipeOwner(this.owner, this.#device);
  }

  #syncHere(): void {
    this.#engine.syncNow();
    this.#evidence.wake();
    sealedWork.wake();
  }
}
