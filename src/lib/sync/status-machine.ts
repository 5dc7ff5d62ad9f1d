/**
 * What a person is told of sync, as a pure state machine.
 *
 *   facts ──(event)──▶ facts ──▶ one kind, the first that holds:
 *
 *   signed_out    the session has ended: nothing can be sent until they sign in; work is kept
 *   update_needed the school speaks a newer language: the app must be updated; work can still be sent
 *   needs_look    something was set aside and waits for the person
 *   sending       work is on its way
 *   saved_here    work waits on this device
 *   fetching      nothing waits, and this device's first fetch is not whole: without a network something would be missing
 *   all_sent      nothing waits
 */
export type SyncKind = 'signed_out' | 'update_needed' | 'needs_look' | 'sending' | 'saved_here' | 'fetching' | 'all_sent';

export interface SyncFacts {
  readonly isSessionLive: boolean;
  readonly isTooOld: boolean;
  /** Documents that the server has not acknowledged. */
  readonly unsent: number;
  /** Work set aside that the person has not yet looked at. */
  readonly setAside: number;
  readonly sending: { readonly sent: number; readonly total: number } | null;
  /** ISO instant of the last answer of the server, by the device's clock. */
  readonly lastContactAt: string | null;
  /** Everything that the server had at the last contact is on this device. */
  readonly isCaughtUp: boolean;
  /** All that the server had has been on this device once. */
  readonly hasBeenWhole: boolean;
}

export type SyncEvent =
  | { readonly type: 'unsent_counted'; readonly count: number }
  | { readonly type: 'set_aside_counted'; readonly count: number }
  | { readonly type: 'send_began'; readonly total: number }
  | { readonly type: 'sent'; readonly count: number }
  | { readonly type: 'send_ended' }
  | { readonly type: 'contact'; readonly at: string }
  | { readonly type: 'caught_up' }
  /** What the device remembers of itself. */
  | { readonly type: 'recalled'; readonly lastContactAt: string | null; readonly hasBeenWhole: boolean }
  /** All that the server had is kept. */
  | { readonly type: 'whole' }
  /** A page could not be kept on this device (S24). */
  | { readonly type: 'page_lost' }
  | { readonly type: 'session_began' }
  | { readonly type: 'session_ended' }
  | { readonly type: 'too_old' };

export interface SyncStatus extends Pick<SyncFacts, 'unsent' | 'lastContactAt' | 'isCaughtUp' | 'hasBeenWhole'> {
  readonly kind: SyncKind;
  /** Only while sending: so many of `total` are through. */
  readonly sent?: number;
  readonly total?: number;
}

export const initialFacts: SyncFacts = {
  isSessionLive: true,
  isTooOld: false,
  unsent: 0,
  setAside: 0,
  sending: null,
  lastContactAt: null,
  isCaughtUp: false,
  hasBeenWhole: false,
};

export function advance(facts: SyncFacts, event: SyncEvent): SyncFacts {
  switch (event.type) {
    case 'unsent_counted':
      return { ...facts, unsent: event.count };
    case 'set_aside_counted':
      return { ...facts, setAside: event.count };
    case 'send_began':
      return { ...facts, sending: { sent: 0, total: event.total } };
    case 'sent':
      return facts.sending
        ? { ...facts, sending: { ...facts.sending, sent: Math.min(facts.sending.total, facts.sending.sent + event.count) } }
        : facts;
    case 'send_ended':
      return { ...facts, sending: null };
    case 'contact':
      return { ...facts, lastContactAt: event.at, isSessionLive: true };
    case 'caught_up':
      return { ...facts, isCaughtUp: true };
    case 'recalled':
      return { ...facts, lastContactAt: event.lastContactAt, hasBeenWhole: event.hasBeenWhole };
    case 'whole':
      return { ...facts, hasBeenWhole: true };
    case 'page_lost':
      return { ...facts, isCaughtUp: false };
    case 'session_began':
      return { ...facts, isSessionLive: true };
    case 'session_ended':
      return { ...facts, isSessionLive: false, sending: null };
    case 'too_old':
      return { ...facts, isTooOld: true };
  }
}

/** The order is what matters most to the person who looks. */
const kinds: readonly (readonly [SyncKind, (facts: SyncFacts) => boolean])[] = [
  ['signed_out', (facts) => !facts.isSessionLive],
  ['update_needed', (facts) => facts.isTooOld],
  ['needs_look', (facts) => facts.setAside > 0],
  ['sending', (facts) => facts.sending !== null && facts.unsent > 0],
  ['saved_here', (facts) => facts.unsent > 0],
  ['fetching', (facts) => !facts.hasBeenWhole],
];

export function statusOfFacts(facts: SyncFacts): SyncStatus {
  const kind = kinds.find(([, holds]) => holds(facts))?.[0] ?? 'all_sent';
  const { unsent, lastContactAt, isCaughtUp, hasBeenWhole } = facts;
  return { kind, unsent, lastContactAt, isCaughtUp, hasBeenWhole, ...(kind === 'sending' && facts.sending) };
}
