import * as v from 'valibot';
import type { SyncFacts } from './status-machine.ts';

/** What the tabs of one person tell each other: one replicates, the others show. */
const message = v.variant('type', [
  v.object({
    type: v.literal('facts'),
    isSessionLive: v.boolean(),
    isTooOld: v.boolean(),
    sending: v.nullable(v.object({ sent: v.number(), total: v.number() })),
    lastContactAt: v.nullable(v.string()),
    isCaughtUp: v.boolean(),
    hasBeenWhole: v.boolean(),
  }),
  v.object({ type: v.literal('clock'), offsetMs: v.number() }),
  /** A tab has opened and asks how things stand. */
  v.object({ type: v.literal('hello') }),
  v.object({ type: v.literal('sync_now') }),
  /** The tab that replicates could not keep what came (S24). */
  v.object({ type: v.literal('no_room') }),
  v.object({ type: v.literal('signed_in') }),
  v.object({ type: v.literal('signed_out') }),
]);
export type TabMessage = v.InferOutput<typeof message>;
export type SharedFacts = Omit<SyncFacts, 'unsent' | 'setAside'>;

/** Between the tabs that have one person's database open. */
export class TabChannel {
  readonly #channel: BroadcastChannel;

  constructor(name: string, listener: (message: TabMessage) => void) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const parsed = v.safeParse(message, event.data);
      if (parsed.success) listener(parsed.output);
    });
  }

  post(told: TabMessage): void {
    this.#channel.postMessage(told);
  }

  close(): void {
    this.#channel.close();
  }
}
