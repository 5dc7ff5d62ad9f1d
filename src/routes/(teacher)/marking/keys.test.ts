import { describe, expect, it } from 'vitest';
import { markingAction } from './keys.ts';

const press = (key: string, other = {}) => ({ key, isHeld: false, hasModifier: false, isElsewhere: false, isOnControl: false, ...other });

describe('keys of the marking screen', () => {
  it('approves with A, whatever the shift key', () => {
    expect(markingAction(press('a'), 'look')).toEqual({ kind: 'approve' });
    expect(markingAction(press('A'), 'look')).toEqual({ kind: 'approve' });
  });

  it('chooses a line of the comment bank by its number', () => {
    expect(markingAction(press('3'), 'look')).toEqual({ kind: 'comment', number: 3 });
    expect(markingAction(press('0'), 'look')).toBeNull();
  });

  it('chooses a sticker by T and its number, and a comment by the number alone', () => {
    expect(markingAction(press('t'), 'look')).toEqual({ kind: 'start_stickers' });
    expect(markingAction(press('3'), 'stickers')).toEqual({ kind: 'sticker', number: 3 });
    expect(markingAction(press('3'), 'again')).toEqual({ kind: 'comment', number: 3 });
    expect(markingAction(press('t'), 'stickers')).toEqual({ kind: 'leave_stickers' });
    expect(markingAction(press('Escape'), 'stickers')).toEqual({ kind: 'leave_stickers' });
  });

  it('still marks while the stickers are open, and gives none with “try again”', () => {
    expect(markingAction(press('a'), 'stickers')).toEqual({ kind: 'approve' });
    expect(markingAction(press('r'), 'stickers')).toEqual({ kind: 'start_again' });
    expect(markingAction(press('t'), 'again')).toBeNull();
  });

  it('never fires while the person types in a field or a dialog is open', () => {
    for (const key of ['a', 'r', 't', 'x', 'b', 'f', 'u', 'j', '1', '?', '/']) {
      expect(markingAction(press(key, { isElsewhere: true }), 'look')).toBeNull();
      expect(markingAction(press(key, { isElsewhere: true }), 'again')).toBeNull();
    }
  });

  it('marks one piece and no more while its key is held down, and runs through the list', () => {
    for (const key of ['a', 'r', 't', 'x', 'b', 'f', 'u', 's', '1', 'Enter']) {
      expect(markingAction(press(key, { isHeld: true }), 'look')).toBeNull();
      expect(markingAction(press(key, { isHeld: true }), 'again')).toBeNull();
    }
    expect(markingAction(press('j', { isHeld: true }), 'look')).toEqual({ kind: 'next' });
    expect(markingAction(press('ArrowUp', { isHeld: true }), 'again')).toEqual({ kind: 'previous' });
  });

  it('asks for a flag to the safeguarding lead with F, while reading and in "try again"', () => {
    expect(markingAction(press('f'), 'look')).toEqual({ kind: 'flag' });
    expect(markingAction(press('F'), 'again')).toEqual({ kind: 'flag' });
  });

  it('gives a badge with G, while reading and in "try again"', () => {
    expect(markingAction(press('g'), 'look')).toEqual({ kind: 'badge' });
    expect(markingAction(press('G'), 'again')).toEqual({ kind: 'badge' });
    expect(markingAction(press('g', { isHeld: true }), 'look')).toBeNull();
  });

  it('asks whose piece it is with B, while reading and in "try again"', () => {
    expect(markingAction(press('b'), 'look')).toEqual({ kind: 'belongs_to' });
    expect(markingAction(press('B'), 'again')).toEqual({ kind: 'belongs_to' });
  });

  it('talks with V in each mode, and begins but once while it is held', () => {
    for (const mode of ['look', 'again', 'stickers'] as const) {
      expect(markingAction(press('v'), mode)).toEqual({ kind: 'talk' });
      expect(markingAction(press('V', { isHeld: true }), mode)).toBeNull();
      expect(markingAction(press('v', { isElsewhere: true }), mode)).toBeNull();
    }
  });

  it('leaves the browser its own keys', () => {
    expect(markingAction(press('f', { hasModifier: true }), 'look')).toBeNull();
    expect(markingAction(press('r', { hasModifier: true }), 'look')).toBeNull();
    expect(markingAction(press('F5'), 'look')).toBeNull();
    expect(markingAction(press('Enter'), 'look')).toBeNull();
  });

  it('goes into "try again" and out of it with the same key', () => {
    expect(markingAction(press('r'), 'look')).toEqual({ kind: 'start_again' });
    expect(markingAction(press('r'), 'again')).toEqual({ kind: 'leave_again' });
    expect(markingAction(press('Escape'), 'again')).toEqual({ kind: 'leave_again' });
  });

  it('lets Enter press the button it is on', () => {
    expect(markingAction(press('Enter', { isOnControl: true }), 'again')).toBeNull();
    expect(markingAction(press('Enter'), 'again')).toEqual({ kind: 'send_again' });
  });
});
