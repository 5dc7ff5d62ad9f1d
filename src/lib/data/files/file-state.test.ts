import { describe, expect, it } from 'vitest';
import { isHeld, isWaiting, stateAfter, type FileEvent, type FileState } from './file-state.ts';

const run = (events: readonly FileEvent[]): FileState | null =>
  events.reduce<FileState | null>((state, event) => state && stateAfter(state, event), 'captured');

describe('how far a file has come', () => {
  it('goes from captured to confirmed', () => {
    expect(run(['logged', 'send_began', 'sent', 'confirmed'])).toBe('confirmed');
  });

  it('waits again after an interruption, with what is not known to be safe', () => {
    expect(run(['logged', 'send_began', 'interrupted'])).toBe('queued');
    expect(run(['logged', 'send_began', 'sent', 'interrupted'])).toBe('queued');
    expect(run(['logged', 'send_began', 'interrupted', 'send_began', 'sent', 'confirmed'])).toBe('confirmed');
    expect(stateAfter('captured', 'interrupted')).toBeNull();
  });

  it('goes back to what is being put together when it is taken back', () => {
    expect(run(['logged', 'send_began', 'taken_back'])).toBe('captured');
  });

  it('waits again where the server takes it another day', () => {
    expect(run(['logged', 'send_began', 'delayed'])).toBe('queued');
    expect(stateAfter('captured', 'delayed')).toBeNull();
  });

  it('takes nothing that comes too late', () => {
    expect(stateAfter('refused', 'sent')).toBeNull();
    expect(stateAfter('confirmed', 'refused')).toBeNull();
    expect(stateAfter('captured', 'refused')).toBeNull();
  });

  it('holds its bytes until it is confirmed or refused, and waits once it is logged', () => {
    const states: FileState[] = ['captured', 'queued', 'uploading', 'stored', 'confirmed', 'refused'];
    expect(states.filter(isHeld)).toEqual(['captured', 'queued', 'uploading', 'stored']);
    expect(states.filter(isWaiting)).toEqual(['queued', 'uploading', 'stored']);
  });
});
