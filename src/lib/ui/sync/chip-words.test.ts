import { describe, expect, it } from 'vitest';
import { chipWords, type ChipState } from './chip-words.ts';

const state: ChipState = { kind: 'all_sent', unsent: 0, isOnline: true, isFull: false, lastContact: '10:42' };
const text = (given: Partial<ChipState>, isForChild = false) => {
  const { lead, main } = chipWords({ ...state, ...given }, isForChild);
  return [lead, main].filter(Boolean).join(' ');
};

describe('the sync chip', () => {
  it('says when all was sent, for an adult with the time', () => {
    expect(text({})).toBe('All sent 10:42');
    expect(text({}, true)).toBe('All sent');
  });

  it('says that work is saved here and how much of it is to send', () => {
    expect(text({ kind: 'saved_here', unsent: 3 })).toBe('Saved on this device · 3 to send');
    expect(text({ kind: 'saved_here', unsent: 3, isOnline: false })).toBe('Offline · saved here · 3 to send');
    expect(text({ kind: 'saved_here', unsent: 1 }, true)).toBe('Safe here · 1 to send');
  });

  it('says offline where there is no network and nothing waits', () => {
    expect(text({ isOnline: false })).toBe('Offline');
  });

  it('counts what is being sent', () => {
    expect(text({ kind: 'sending', unsent: 5, sent: 1, total: 5 })).toBe('Sending 2 of 5');
    expect(text({ kind: 'sending', unsent: 5, sent: 1, total: 5, isOnline: false })).toBe('Offline · saved here · 5 to send');
  });

  it('says how far a photo has come', () => {
    const sending = { kind: 'sending', unsent: 5, sent: 1, total: 5, file: { kind: 'photo', percent: 40 } } as const;
    expect(text(sending)).toBe('Sending 2 of 5 (photo 40%)');
    expect(text(sending, true)).toBe('Sending · photo 40%');
  });

  it('says that the first fetch is not whole yet, as long as it can go on', () => {
    expect(text({ kind: 'fetching' })).toBe('Fetching');
    expect(text({ kind: 'fetching' }, true)).toBe('Getting your work');
    expect(text({ kind: 'fetching', isOnline: false })).toBe('Offline');
    expect(text({ kind: 'fetching', isFull: true })).toBe('No room here');
    expect(text({ kind: 'fetching', sealed: 2 })).toBe('2 sealed to send');
  });

  it('S30: says how much of others lies sealed here, where nothing of one’s own waits', () => {
    expect(text({ sealed: 3 })).toBe('3 sealed to send');
    expect(text({ sealed: 1, isOnline: false }, true)).toBe('1 sealed to send');
    expect(text({ kind: 'saved_here', unsent: 1, sealed: 3 }, true)).toBe('Safe here · 1 to send');
    expect(text({ sealed: 0 })).toBe('All sent 10:42');
  });

  it('S24: says before all else of work that there is no room, but not before that somebody has to act', () => {
    expect(text({ isFull: true })).toBe('No room here');
    expect(text({ isFull: true, kind: 'saved_here', unsent: 3 }, true)).toBe('No room here');
    expect(text({ isFull: true, kind: 'signed_out', unsent: 3 })).toBe('3 to send Sign in to send');
  });

  it('asks for a look by shape and word', () => {
    expect(chipWords({ ...state, kind: 'needs_look', unsent: 1 }, false)).toEqual({ tone: 'refused', lead: '', main: 'Needs a look' });
  });
});
