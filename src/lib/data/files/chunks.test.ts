import { describe, expect, it } from 'vitest';
import { chunkCount, partsOf } from './chunks.ts';

describe('the chunks of a file', () => {
  it('are as many as are needed', () => {
    expect([0, 1, 10, 11, 20].map((bytes) => chunkCount(bytes, 10))).toEqual([0, 1, 1, 2, 2]);
  });

  it('give any stretch of bytes, from the middle of one too', () => {
    expect(partsOf(0, 10, 10)).toEqual([{ index: 0, from: 0, until: 10 }]);
    expect(partsOf(7, 23, 10)).toEqual([
      { index: 0, from: 7, until: 10 },
      { index: 1, from: 0, until: 10 },
      { index: 2, from: 0, until: 3 },
    ]);
    expect(partsOf(10, 10, 10)).toEqual([]);
  });

  it('cover each stretch once and without a gap', () => {
    for (let start = 0; start < 25; start++)
      for (let end = start; end < 35; end++) {
        const bytes = partsOf(start, end, 10).flatMap(({ index, from, until }) =>
          Array.from({ length: until - from }, (_, position) => index * 10 + from + position),
        );
        expect(bytes).toEqual(Array.from({ length: end - start }, (_, position) => start + position));
      }
  });
});
