import { storageFailed } from '../data/storage-space.svelte.ts';
import { learnClockOffset } from '../sync/clock.ts';
import type { SyncEngine } from '../sync/engine.ts';
import { syncStatus } from '../sync/status.svelte.ts';
import type { SyncFacts } from '../sync/status-machine.ts';
import { TabChannel } from '../sync/tab-channel.ts';

interface Doors {
  /** This tab's own engine. */
  readonly engine: () => Pick<SyncEngine, 'facts' | 'isLeading' | 'noteWhole'>;
  readonly syncHere: () => void;
  readonly renewHere: () => void;
}

/** The tabs that one person has open: the one whose engine leads tells the others how sync stands, and does what they ask of it. */
export class PersonTabs {
  readonly #doors: Doors;
  readonly #channel: TabChannel;

  constructor(databaseName: string, doors: Doors) {
    this.#doors = doors;
    this.#channel = new TabChannel(`${databaseName}-sync`, (message) => {
      if (message.type === 'hello') this.tellFacts(doors.engine().facts);
      else if (message.type === 'sync_now') doors.syncHere();
      else if (message.type === 'signed_in') doors.renewHere();
      else if (message.type === 'no_room') storageFailed();
      else if (message.type === 'clock') learnClockOffset(message.offsetMs);
      else if (message.type === 'facts' && !doors.engine().isLeading) {
        // What this tab counts itself is shown with what it knows.
        if (message.hasBeenWhole) doors.engine().noteWhole();
        const { unsent, setAside } = doors.engine().facts;
        syncStatus.show({ ...message, unsent, setAside });
      }
    });
  }

  /** This tab has opened and asks how things stand. */
  ask(): void {
    this.#channel.post({ type: 'hello' });
  }

  /** Has the leading tab sync now. */
  syncNow(): void {
    if (this.#doors.engine().isLeading) this.#doors.syncHere();
    else this.#channel.post({ type: 'sync_now' });
  }

  /** The same person has signed in again. */
  renew(): void {
    this.#doors.renewHere();
    this.#channel.post({ type: 'signed_in' });
  }

  tellFacts(facts: SyncFacts): void {
    if (!this.#doors.engine().isLeading) return;
    const { isSessionLive, isTooOld, sending, lastContactAt, isCaughtUp, hasBeenWhole } = facts;
    this.#channel.post({ type: 'facts', isSessionLive, isTooOld, sending, lastContactAt, isCaughtUp, hasBeenWhole });
  }

  tellClock(offsetMs: number): void {
    this.#channel.post({ type: 'clock', offsetMs });
  }

  /** What came could not be kept (S24). */
  tellNoRoom(): void {
    storageFailed();
    this.#channel.post({ type: 'no_room' });
  }

  close(): void {
    this.#channel.close();
  }
}
