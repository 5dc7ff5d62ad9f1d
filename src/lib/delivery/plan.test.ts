import { describe, expect, it } from 'vitest';
import type { HeldFile } from '../data/files/evidence-store.ts';
import { planSealing, type Piece } from './plan.ts';

const document = (key: string): Piece => ({
  kind: 'document',
  key,
  row: { collection: 'completions', id: key, revision: '1', assumed: null, own: { id: key, _deleted: false } },
});
const file = (key: string): Piece => ({ kind: 'file', key, file: { id: key } as HeldFile });
const keysOf = (groups: readonly (readonly Piece[])[]) => groups.map((group) => group.map(({ key }) => key));
const everything = () => true;

describe('S30: what is sealed anew', () => {
  it('is nothing where all that waits is sealed in just its state', () => {
    const noted = [
      { id: '1', pieces: ['a', 'b'] },
      { id: '2', pieces: ['photo'] },
    ];
    expect(planSealing(noted, [document('a'), document('b'), file('photo')], everything)).toEqual({ keep: noted, seal: [] });
  });

  it('puts documents together and each file by itself', () => {
    const { seal } = planSealing([], [document('a'), file('photo'), document('b'), file('voice')], everything);
    expect(keysOf(seal)).toEqual([['a', 'b'], ['photo'], ['voice']]);
  });

  it('seals a document that has changed together with those that lay beside it: no document is in two envelopes', () => {
    const { keep, seal } = planSealing([{ id: '1', pieces: ['a/1', 'b/1'] }], [document('a/2'), document('b/1')], everything);
    expect(keep).toEqual([]);
    expect(keysOf(seal)).toEqual([['a/2', 'b/1']]);
  });

  it('takes out what the server has acknowledged, and leaves photos as they are', () => {
    const noted = [
      { id: '1', pieces: ['a', 'b'] },
      { id: '2', pieces: ['photo'] },
      { id: '3', pieces: ['gone'] },
    ];
    const { keep, seal } = planSealing(noted, [document('b'), file('photo')], everything);
    expect(keep).toEqual([{ id: '2', pieces: ['photo'] }]);
    expect(keysOf(seal)).toEqual([['b']]);
  });

  it('does not seal again what was delivered meanwhile, but what was changed since', () => {
    const noted = [{ id: '1', pieces: ['a/1', 'b/1'] }];
    const { keep, seal } = planSealing(noted, [document('a/1'), document('b/2')], () => false);
    expect(keep).toEqual([{ id: '1', pieces: ['a/1'] }]);
    expect(keysOf(seal)).toEqual([['b/2']]);
  });

  it('leaves full envelopes alone when more is written', () => {
    const noted = [
      { id: '1', pieces: ['a', 'b'] },
      { id: '2', pieces: ['c'] },
    ];
    const { keep, seal } = planSealing(noted, ['a', 'b', 'c', 'd', 'e'].map(document), everything, 2);
    expect(keep).toEqual([{ id: '1', pieces: ['a', 'b'] }]);
    expect(keysOf(seal)).toEqual([['c', 'd'], ['e']]);
  });
});
