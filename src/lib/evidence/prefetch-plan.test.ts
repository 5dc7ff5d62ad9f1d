import { describe, expect, it } from 'vitest';
import type { Completion } from '#domain/collections/completions.ts';
import type { Receipt } from '#domain/collections/receipts.ts';
import type { Review } from '#domain/collections/reviews.ts';
import { aCompletion, aReceipt, aReview, idOf } from '$lib/records/testing.ts';
import { filesToMark, hearingLimits, nextStep, voicesToHear, type WaitingFile } from './prefetch-plan.ts';

const ready = (number: number) =>
  ({ id: idOf(number), kind: 'photo', state: 'ready', mediaType: 'image/jpeg', durationMs: null, refusal: null }) as const;

/** Homework number so many, with a photo whose number is a hundred more. */
function sent(number: number, receipt: Partial<Receipt> = {}, completion: Partial<Completion> = {}) {
  const evidence = [ready(number + 100)];
  return {
    receipt: aReceipt(number, { evidence, ...receipt }),
    completion: aCompletion(number, { evidenceKind: 'photo', evidenceIds: [idOf(number + 100)], ...completion }),
  };
}

function toMark(
  homework: readonly ReturnType<typeof sent>[],
  answered: readonly number[] = [],
  marked: readonly number[] = [9001],
): string[] {
  return filesToMark({
    receipts: homework.map(({ receipt }) => receipt),
    completions: homework.map(({ completion }) => completion),
    answered: new Set(answered.map(idOf)),
    mayMark: (studentId) => marked.map(idOf).includes(studentId),
  }).map(({ id }) => id);
}

describe('S25: what is put by for marking', () => {
  it('is what waits for a mark, what came last first', () => {
    const early = sent(1, { receivedAt: '2026-11-20T16:00:00.000Z' });
    const late = sent(
      2,
      { receivedAt: '2026-11-23T16:00:00.000Z', evidence: [ready(102), ready(103)] },
      { evidenceIds: [idOf(102), idOf(103)] },
    );
    expect(toMark([early, late])).toEqual([idOf(102), idOf(103), idOf(101)]);
  });

  it.each([
    ['is marked, by the school’s word', sent(1, { status: 'approved' })],
    ['has not arrived', sent(1, { evidence: [{ ...ready(101), state: 'uploading' }] })],
    ['was withdrawn with the consent', sent(1, { evidence: [{ ...ready(101), state: 'withdrawn' }] })],
    ['was refused', sent(1, { evidence: [{ ...ready(101), state: 'refused', refusal: 'broken' }] })],
    ['the homework names no more', sent(1, {}, { evidenceIds: [] })],
  ])('is nothing that %s', (_, homework) => {
    expect(toMark([homework])).toEqual([]);
  });

  it('is nothing of homework that is gone, that a later go has answered, or that another person marks', () => {
    const homework = sent(1);
    expect(toMark([{ ...homework, completion: aCompletion(2) }])).toEqual([]);
    expect(toMark([homework], [1])).toEqual([]);
    expect(toMark([homework], [], [9002])).toEqual([]);
    expect(toMark([homework])).toHaveLength(1);
  });
});

describe('S25: what is put by to be heard', () => {
  const voice = (number: number, state: 'ready' | 'withdrawn' | 'expected' = 'ready') => ({
    ...ready(number),
    kind: 'audio' as const,
    state,
  });
  /** A mark of homework number so many, with a voice whose number is a hundred more. */
  const spoken = (number: number, fields: Partial<Review> = {}) => aReview(number + 50, number, { voiceId: idOf(number + 100), ...fields });
  const heard = (reviews: readonly Review[], receipts: readonly Receipt[]) => voicesToHear({ reviews, receipts }).map(({ id }) => id);
  const receipt = (number: number, ...evidence: Receipt['evidence']) => aReceipt(number, { evidence });

  it('is what teachers have said, what was said last first, and nothing else of the homework', () => {
    const early = spoken(1, { capturedAt: '2026-11-20T08:00:00.000Z' });
    const late = spoken(2, { capturedAt: '2026-11-24T08:00:00.000Z' });
    const silent = aReview(53, 3);
    expect(heard([early, silent, late], [receipt(1, ready(301), voice(101)), receipt(2, voice(102)), receipt(3, ready(303))])).toEqual([
      idOf(102),
      idOf(101),
    ]);
  });

  it('is nothing of a mark that was taken back, and nothing that has not arrived, was withdrawn or is gone', () => {
    const undo = aReview(60, 1, { verdict: 'restored', restores: idOf(51) });
    expect(heard([spoken(1), undo], [receipt(1, voice(101))])).toEqual([]);
    expect(heard([spoken(1)], [receipt(1, voice(101, 'expected'))])).toEqual([]);
    expect(heard([spoken(1)], [receipt(1, voice(101, 'withdrawn'))])).toEqual([]);
    expect(heard([spoken(1)], [receipt(1)])).toEqual([]);
    expect(heard([spoken(1)], [])).toEqual([]);
    // The same, with nothing amiss.
    expect(heard([spoken(1)], [receipt(1, voice(101))])).toEqual([idOf(101)]);
  });

  it('is of two teachers’ words on one piece those that are heard with it: the newer', () => {
    const older = spoken(1, { capturedAt: '2026-11-20T08:00:00.000Z' });
    const newer = aReview(61, 1, { voiceId: idOf(201), capturedAt: '2026-11-21T08:00:00.000Z' });
    expect(heard([older, newer], [receipt(1, voice(101), voice(201))])).toEqual([idOf(201)]);
  });

  it('is bounded: older words make room for newer ones', () => {
    const count = hearingLimits.files + 2;
    const waiting = Array.from({ length: count }, (_, index) => ({ id: String(index), kind: 'audio' as const, durationMs: 20_000 }));
    const held = waiting.map(({ id }) => ({ id, bytes: 300_000 }));
    expect(nextStep(waiting, held, new Set(), hearingLimits)).toEqual({ drop: [String(count - 2), String(count - 1)], next: null });
  });
});

describe('the next step', () => {
  const mega = 1024 * 1024;
  const waiting: WaitingFile[] = [1, 2, 3, 4].map((number) => ({ id: String(number), kind: 'photo', durationMs: null }));
  const held = (...files: readonly (readonly [id: number, bytes: number])[]) => files.map(([id, bytes]) => ({ id: String(id), bytes }));
  const step = (here: ReturnType<typeof held>, limits: { files: number; bytes: number }, passedOver: readonly number[] = []) => {
    const { drop, next } = nextStep(waiting, here, new Set(passedOver.map(String)), limits);
    return { drop, next: next?.file.id ?? null, room: next?.room ?? null };
  };

  it('fetches the newest that is missing, into the room that newer ones leave', () => {
    expect(step([], { files: 9, bytes: 9 * mega })).toEqual({ drop: [], next: '1', room: 9 * mega });
    expect(step(held([1, mega], [3, mega]), { files: 9, bytes: 9 * mega })).toEqual({ drop: [], next: '2', room: 8 * mega });
    expect(step(held([1, 1], [2, 1], [3, 1], [4, 1]), { files: 9, bytes: 9 * mega }).next).toBeNull();
  });

  it('lets go of what does not wait any more, and of what cannot be had', () => {
    expect(step(held([1, 1], [7, 1]), { files: 9, bytes: 9 * mega }).drop).toEqual(['7']);
    expect(step(held([1, 1]), { files: 9, bytes: 9 * mega }, [1, 2])).toMatchObject({ drop: ['1'], next: '3' });
  });

  it('keeps to the number and to the bytes: what is older makes room', () => {
    expect(step(held([1, 1], [2, 1], [3, 1]), { files: 2, bytes: 9 * mega })).toEqual({ drop: ['3'], next: null, room: null });
    expect(step(held([1, 3 * mega], [2, 2 * mega], [3, mega]), { files: 9, bytes: 4 * mega })).toMatchObject({ drop: ['2'], next: null });
  });

  it('fetches nothing into room that is too small to be of use', () => {
    expect(step(held([1, 3 * mega]), { files: 9, bytes: 4 * mega - 1 }).next).toBeNull();
    expect(step(held([1, 3 * mega]), { files: 9, bytes: 4 * mega }).next).toBe('2');
  });
});
