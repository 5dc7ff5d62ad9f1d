import type { CollectionName } from '#domain/collections/index.ts';
import type { OwnerStore } from '../data/device-store.ts';
import type { LocalDatabase } from '../data/local-database.ts';
import type { WorkAside } from '../data/setting-aside.ts';
import type { ClockSample } from './clock.ts';
import type { Fetch } from './http.ts';
import type { SyncFacts } from './status-machine.ts';
import type { OpenEventStream } from './stream.ts';

/** What the engine keeps together, and whom it tells. */
export interface SyncEngineOptions {
  readonly database: LocalDatabase;
  readonly store: OwnerStore;
  readonly aside: WorkAside;
  readonly deviceId: string;
  readonly fetch: Fetch;
  /** Null where nothing can be listened to: then it asks after each push and when told to. */
  readonly openStream: OpenEventStream | null;
  readonly random: () => number;
  /** The device's clock. */
  readonly now: () => Date;
  /** The server is heard again after a silence, or for the first time. */
  readonly onLive?: () => void;
  readonly onFacts: (facts: SyncFacts) => void;
  readonly onClock: (sample: ClockSample) => void;
  /** All that the server had is kept on this device; the server's time, in milliseconds. */
  readonly onUpToDate: (server: number) => void;
  /** The account can no longer be used. */
  readonly onAccessEnded: () => void;
  /** A page could not be kept: storage is short (S24). */
  readonly onPersistFailure: (reason: unknown) => void;
  /** Pieces of whomever that lie sealed on this device: while they wait, its last contact does not move past them. */
  readonly sealed?: () => number;
  /** Whether the person writes documents of the collection; without it: of each that devices write. */
  readonly mayCreate?: (collection: CollectionName) => boolean;
  readonly pageSize?: number;
  readonly pushBatchSize?: number;
}
