import { describe, expect, it } from 'vitest';
import { initialFacts, statusOfFacts, type SyncFacts } from '../sync/status-machine.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import { progressOf, withFiles } from './file-status.ts';

const file = (state: HeldFile['state'], sentBytes = 0): HeldFile => ({
  id: state,
  evidenceId: null,
  kind: 'photo',
  mediaType: 'image/jpeg',
  bytes: 1000,
  sha256: '',
  durationMs: null,
  draftKey: '',
  state,
  capturedAt: '',
  loggedAt: null,
  sentBytes,
  refusal: null,
});
const status = (facts: Partial<SyncFacts>, files: readonly HeldFile[]) =>
  withFiles(statusOfFacts({ ...initialFacts, hasBeenWhole: true, ...facts }), files);

describe('how sync stands with files', () => {
  it('counts what waits with the documents, and not what is only being put together', () => {
    expect(status({}, [file('captured')])).toMatchObject({ kind: 'all_sent', unsent: 0 });
    expect(status({}, [file('queued'), file('stored')])).toMatchObject({ kind: 'saved_here', unsent: 2 });
    expect(status({ unsent: 3 }, [file('queued')])).toMatchObject({ kind: 'saved_here', unsent: 4 });
  });

  it('is sending while a file is on its way, after the documents', () => {
    expect(status({}, [file('uploading', 404)])).toMatchObject({ kind: 'sending', sent: 0, total: 1 });
    expect(status({ unsent: 2, sending: { sent: 1, total: 2 } }, [file('queued')])).toMatchObject({ kind: 'sending', sent: 1, total: 3 });
    expect(progressOf([file('queued'), file('uploading', 404)])).toEqual({ kind: 'photo', percent: 40 });
    expect(progressOf([file('queued')])).toBeNull();
  });

  it('asks for a look where a file was refused, unless nobody is signed in', () => {
    expect(status({}, [file('refused'), file('uploading')]).kind).toBe('needs_look');
    expect(status({ isSessionLive: false }, [file('refused')]).kind).toBe('signed_out');
  });
});
