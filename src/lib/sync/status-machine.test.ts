import { describe, expect, it } from 'vitest';
import { advance, initialFacts, statusOfFacts, type SyncEvent, type SyncFacts, type SyncKind } from './status-machine.ts';

const base: SyncFacts = { ...initialFacts, lastContactAt: '2026-11-24T10:42:00.000Z', isCaughtUp: true, hasBeenWhole: true };

/** Every state, by the facts that make it. */
const states: Record<SyncKind, SyncFacts> = {
  all_sent: base,
  fetching: { ...base, isCaughtUp: false, hasBeenWhole: false },
  saved_here: { ...base, unsent: 3 },
  sending: { ...base, unsent: 3, sending: { sent: 1, total: 3 } },
  needs_look: { ...base, unsent: 1, setAside: 1 },
  update_needed: { ...base, unsent: 3, isTooOld: true },
  signed_out: { ...base, unsent: 3, isSessionLive: false },
};

const events: Record<string, SyncEvent> = {
  work: { type: 'unsent_counted', count: 4 },
  nothing: { type: 'unsent_counted', count: 0 },
  aside: { type: 'set_aside_counted', count: 1 },
  looked: { type: 'set_aside_counted', count: 0 },
  began: { type: 'send_began', total: 4 },
  sent: { type: 'sent', count: 1 },
  ended: { type: 'send_ended' },
  contact: { type: 'contact', at: '2026-11-24T10:45:00.000Z' },
  caughtUp: { type: 'caught_up' },
  lost: { type: 'page_lost' },
  whole: { type: 'whole' },
  in: { type: 'session_began' },
  out: { type: 'session_ended' },
  old: { type: 'too_old' },
};

const table: Record<SyncKind, Record<keyof typeof events, SyncKind>> = {
  all_sent: row('all_sent', { work: 'saved_here', aside: 'needs_look', out: 'signed_out', old: 'update_needed' }),
  fetching: row('fetching', { whole: 'all_sent', work: 'saved_here', aside: 'needs_look', out: 'signed_out', old: 'update_needed' }),
  saved_here: row('saved_here', { nothing: 'all_sent', aside: 'needs_look', began: 'sending', out: 'signed_out', old: 'update_needed' }),
  sending: row('sending', { nothing: 'all_sent', aside: 'needs_look', ended: 'saved_here', out: 'signed_out', old: 'update_needed' }),
  needs_look: row('needs_look', { looked: 'saved_here', out: 'signed_out', old: 'update_needed' }),
  update_needed: row('update_needed', { out: 'signed_out' }),
  signed_out: row('signed_out', { contact: 'saved_here', in: 'saved_here' }),
};

function row(stays: SyncKind, moves: Record<string, SyncKind>): Record<string, SyncKind> {
  return { ...Object.fromEntries(Object.keys(events).map((event) => [event, stays])), ...moves };
}

describe('the status of sync', () => {
  for (const [state, facts] of Object.entries(states)) {
    it(`is ${state} by its facts`, () => {
      expect(statusOfFacts(facts).kind).toBe(state);
    });
    for (const [name, event] of Object.entries(events)) {
      const next = table[state as SyncKind][name];
      it(`goes from ${state} by '${name}' to ${String(next)}`, () => {
        expect(statusOfFacts(advance(facts, event)).kind).toBe(next);
      });
    }
  }

  it('counts what is through while sending, and never past the whole', () => {
    const once = advance(states.sending, { type: 'sent', count: 1 });
    expect(statusOfFacts(once)).toMatchObject({ kind: 'sending', sent: 2, total: 3 });
    expect(statusOfFacts(advance(once, { type: 'sent', count: 9 }))).toMatchObject({ sent: 3, total: 3 });
    expect(statusOfFacts(states.saved_here)).not.toHaveProperty('sent');
  });

  it('is not caught up from a page that could not be kept until all is', () => {
    const lost = advance(base, { type: 'page_lost' });
    expect(statusOfFacts(lost).isCaughtUp).toBe(false);
    expect(statusOfFacts(advance(lost, { type: 'contact', at: '2026-11-24T10:45:00.000Z' })).isCaughtUp).toBe(false);
    expect(statusOfFacts(advance(lost, { type: 'caught_up' })).isCaughtUp).toBe(true);
  });

  it('is fetching until all is kept, not only known, unless the device remembers that it was', () => {
    expect(statusOfFacts(advance(initialFacts, { type: 'caught_up' })).kind).toBe('fetching');
    const recalled = advance(initialFacts, { type: 'recalled', lastContactAt: null, hasBeenWhole: true });
    expect(statusOfFacts(recalled).kind).toBe('all_sent');
  });

  it('never changes the facts it was given', () => {
    const frozen = Object.freeze({ ...base });
    for (const event of Object.values(events)) advance(frozen, event);
    expect(frozen).toEqual(base);
  });
});
