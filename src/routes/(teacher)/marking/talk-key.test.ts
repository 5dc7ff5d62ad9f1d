import { describe, expect, it } from 'vitest';
import { TalkKey } from './talk-key.ts';

describe('the key that a teacher talks by', () => {
  it('begins with one press and stops with the next', () => {
    const key = new TalkKey();
    expect(key.press(false, 0)).toBe('start');
    expect(key.release(true, 120)).toBeNull();
    expect(key.press(true, 9_000)).toBe('stop');
    expect(key.release(false, 9_100)).toBeNull();
  });

  it('stops when it is let go of after it was held while talking', () => {
    const key = new TalkKey();
    key.press(false, 1_000);
    expect(key.release(true, 1_399)).toBeNull();
    key.press(false, 2_000);
    expect(key.release(true, 2_400)).toBe('stop');
  });

  it('goes on recording where it was let go of while the browser still asked', () => {
    const key = new TalkKey();
    key.press(false, 0);
    expect(key.release(false, 5_000)).toBeNull();
    expect(key.press(true, 9_000)).toBe('stop');
  });

  it('means nothing when it is let go of without having been pressed here', () => {
    expect(new TalkKey().release(true, 5_000)).toBeNull();
    const key = new TalkKey();
    key.press(true, 0);
    expect(key.release(true, 900)).toBeNull();
  });
});
