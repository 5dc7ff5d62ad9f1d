import { describe, expect, it } from 'vitest';
import { leftVoices, markDraftKey } from './left-voices.ts';

const now = Date.parse('2026-11-29T12:00:00.000Z');
const file = (id: string, fields = {}) => ({
  id,
  state: 'captured' as const,
  draftKey: markDraftKey(id),
  capturedAt: '2026-10-29T12:00:00.000Z',
  ...fields,
});
const nothingWaits = () => false;

describe('what was recorded for a mark and never given', () => {
  it('is let go of a month later, where the piece does not wait any more', () => {
    const fresh = file('fresh', { capturedAt: '2026-10-31T12:00:00.000Z' });
    expect(leftVoices([file('old'), fresh], nothingWaits, now)).toEqual(['old']);
    expect(leftVoices([file('old'), file('waiting')], (id) => id === 'waiting', now)).toEqual(['old']);
  });

  it('is neither what goes with a mark, nor what a child has captured', () => {
    const others = [file('sent', { state: 'queued' }), file('stored', { state: 'stored' }), file('child', { draftKey: 'again/child' })];
    expect(leftVoices(others, nothingWaits, now)).toEqual([]);
  });
});
