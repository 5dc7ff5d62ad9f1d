import { describe, expect, it } from 'vitest';
import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import { idOf } from '$lib/records/testing.ts';
import type { HeldFile } from '../data/files/evidence-store.ts';
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

describe('how a file can be shown', () => {
  it('is shown from this device as long as it is here, with or without a network', () => {
    for (const isOnline of [true, false]) {
      expect(viewOf(file('uploading'), receipt('uploading'), isOnline).kind).toBe('here');
      expect(viewOf(file('stored'), receipt('ready'), isOnline).kind).toBe('here');
    }
  });

  it('is fetched from the school elsewhere, where that can be reached', () => {
    expect(viewOf(null, receipt('ready'), true).kind).toBe('at_school');
    expect(viewOf(null, receipt('ready'), false).kind).toBe('out_of_reach');
  });

  it('is coming until it has arrived', () => {
    for (const standing of [null, receipt('expected'), receipt('uploading')]) expect(viewOf(null, standing, true).kind).toBe('coming');
  });

  it('says why it was not kept', () => {
    expect(viewOf(null, receipt('refused', 'broken'), true)).toEqual({ kind: 'not_kept', refusal: 'broken' });
    expect(viewOf(file('refused', 'too_large'), null, true)).toEqual({ kind: 'not_kept', refusal: 'too_large' });
    expect(viewOf(file('stored'), receipt('withdrawn'), true)).toEqual({ kind: 'not_kept', refusal: 'no_consent' });
  });
});
