import { describe, expect, it } from 'vitest';
import { clubGrowth } from './growth.ts';

const grown = (counts: Record<string, number>, strands = 3) => clubGrowth(counts, strands, 21, null);

describe('the level in a club', () => {
  it('is the first before anything is approved', () => {
    expect(grown({})).toEqual({ level: 1, pieces: 0 });
  });

  it('takes a step with the sixth approved piece over two strands', () => {
    expect(grown({ number: 4, fractions: 1 })).toEqual({ level: 1, pieces: 5 });
    expect(grown({ number: 5, fractions: 1 })).toEqual({ level: 2, pieces: 0 });
  });

  it('waits for a second strand, and then takes every step that was waiting', () => {
    expect(grown({ number: 13 })).toEqual({ level: 1, pieces: 6 });
    expect(grown({ number: 13, fractions: 1 })).toEqual({ level: 2, pieces: 6 });
    expect(grown({ number: 13, fractions: 2 })).toEqual({ level: 3, pieces: 3 });
  });

  it('is filled up by work without a strand, which is no strand itself', () => {
    expect(grown({ '': 4, number: 2 })).toEqual({ level: 1, pieces: 6 });
    expect(grown({ '': 4, number: 1, fractions: 1 })).toEqual({ level: 2, pieces: 0 });
  });

  it('asks for no second strand of a club that has none', () => {
    expect(grown({ '': 6 }, 0)).toEqual({ level: 2, pieces: 0 });
    expect(grown({ '': 6 }, 1)).toEqual({ level: 2, pieces: 0 });
  });

  it('begins where a teacher has placed the child, and ends with the ladder', () => {
    const placed = { level: 10, on: '2026-11-01' };
    expect(clubGrowth({ number: 3, fractions: 3 }, 3, 21, placed)).toEqual({ level: 11, pieces: 0 });
    expect(clubGrowth({ number: 90, fractions: 90 }, 3, 21, placed).level).toBe(21);
    expect(clubGrowth({ '': 90 }, 0, 0, null).level).toBe(16);
  });
});
