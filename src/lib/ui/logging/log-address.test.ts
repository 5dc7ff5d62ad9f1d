import { describe, expect, it } from 'vitest';
import { logAddress, readLogAddress } from './log-address.ts';

const today = '2026-11-24';
const read = (query: string) => readLogAddress(new URLSearchParams(query), today);

describe('the address of logging', () => {
  it('holds each step and gives it back', () => {
    const address = read('club=a&task=b&way=written&day=2026-11-20');
    expect(logAddress('/log', address)).toBe('/log?club=a&task=b&way=written&day=2026-11-20');
    expect(logAddress('/log', {})).toBe('/log');
  });

  it('takes days up to a week back, and never one to come', () => {
    expect(read('day=2026-11-17').day).toBe('2026-11-17');
    for (const day of ['2026-11-16', '2026-11-25', '2026-02-30', 'x', today]) expect(read(`day=${day}`).day).toBeNull();
  });

  it('knows no other ways than are offered', () => {
    expect(read('way=photo').way).toBe('photo');
    expect(read('way=video').way).toBeNull();
  });
});
