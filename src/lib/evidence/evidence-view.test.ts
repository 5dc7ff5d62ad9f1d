import { describe, expect, it } from 'vitest';
import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import { idOf } from '$lib/records/testing.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
import type { FetchedFile } from '../data/files/fetched-store.ts';
import { viewOf } from './evidence-view.ts';

const receipt = (state: EvidenceReceipt['state'], refusal: EvidenceReceipt['refusal'] = null): EvidenceReceipt => ({
  id: idOf(1),
  kind: 'photo',
  state,
  mediaType: null,
  durationMs: null,
  refusal,
});
const file = (state: HeldFile['state'], refusal: string | null = null) => ({ state, refusal }) as HeldFile;

const nothing = { file: null, receipt: null, fetched: null };
const putBy: FetchedFile = { id: idOf(1), kind: 'photo', mediaType: 'image/jpeg', bytes: 1, durationMs: null, fetchedAt: '' };

describe('how a file can be shown', () => {
  it('is shown from this device as long as it is here, with or without a network', () => {
    for (const isOnline of [true, false]) {
      expect(viewOf({ ...nothing, file: file('uploading'), receipt: receipt('uploading') }, isOnline).kind).toBe('here');
      expect(viewOf({ ...nothing, file: file('stored'), receipt: receipt('ready') }, isOnline).kind).toBe('here');
    }
  });

  it('is fetched from the school elsewhere, where that can be reached', () => {
    expect(viewOf({ ...nothing, receipt: receipt('ready') }, true).kind).toBe('at_school');
    expect(viewOf({ ...nothing, receipt: receipt('ready') }, false).kind).toBe('out_of_reach');
  });

  it('is shown from what was put by of the school’s, until the school says that it may not be seen', () => {
    for (const isOnline of [true, false])
      expect(viewOf({ ...nothing, receipt: receipt('ready'), fetched: putBy }, isOnline)).toEqual({ kind: 'here', file: putBy });
    for (const state of ['withdrawn', 'refused', 'expected'] as const)
      expect(viewOf({ ...nothing, receipt: receipt(state), fetched: putBy }, true).kind).not.toBe('here');
    expect(viewOf({ ...nothing, fetched: putBy }, true).kind).not.toBe('here');
  });

  it('is coming until it has arrived', () => {
    for (const standing of [null, receipt('expected'), receipt('uploading')])
      expect(viewOf({ ...nothing, receipt: standing }, true).kind).toBe('coming');
  });

  it('says why it was not kept', () => {
    expect(viewOf({ ...nothing, receipt: receipt('refused', 'broken') }, true)).toEqual({ kind: 'not_kept', refusal: 'broken' });
    expect(viewOf({ ...nothing, file: file('refused', 'too_large') }, true)).toEqual({ kind: 'not_kept', refusal: 'too_large' });
    expect(viewOf({ ...nothing, file: file('stored'), receipt: receipt('withdrawn') }, true)).toEqual({
      kind: 'not_kept',
      refusal: 'no_consent',
    });
  });
});
