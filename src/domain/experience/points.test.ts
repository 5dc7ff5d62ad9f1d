import { describe, expect, it } from 'vitest';
import { levelOf, pointsOfLevel } from './level.ts';
import { pointsOf } from './points.ts';
import { anAttempt } from './testing.ts';

const onDay = (count: number, fields: Parameters<typeof anAttempt>[0] = {}) => Array.from({ length: count }, () => anAttempt(fields));

describe('points', () => {
  it('are 10 for logging a piece and 10 for its approval', () => {
    expect(pointsOf([anAttempt()])).toBe(10);
    expect(pointsOf([anAttempt({ status: 'approved' })])).toBe(20);
  });

  it('are not lowered by "try again", and 5 more for an approved second go', () => {
    const first = anAttempt({ status: 'returned' });
    expect(pointsOf([first])).toBe(10);
    expect(pointsOf([first, anAttempt({ isAnswer: true })])).toBe(20);
    expect(pointsOf([first, anAttempt({ isAnswer: true, status: 'approved' })])).toBe(35);
  });

  it('are 5 for one star a week', () => {
    expect(pointsOf([anAttempt({ hasStar: true }), anAttempt({ hasStar: true, date: '2026-11-25' })])).toBe(25);
    expect(pointsOf([anAttempt({ hasStar: true }), anAttempt({ hasStar: true, date: '2026-11-30' })])).toBe(30);
  });

  it('are at most 60 a day and 200 a week', () => {
    expect(pointsOf(onDay(4, { status: 'approved' }))).toBe(60);
    const week = ['23', '24', '25', '26', '27'].flatMap((day) => onDay(3, { status: 'approved', date: `2026-11-${day}` }));
    expect(pointsOf(week)).toBe(200);
    expect(pointsOf([...week, anAttempt({ date: '2026-11-30' })])).toBe(210);
  });

  it('keep the week’s star on a starred day with room', () => {
    const full = onDay(3, { status: 'approved', hasStar: true });
    expect(pointsOf([...full, anAttempt({ date: '2026-11-25', hasStar: true })])).toBe(75);
    expect(pointsOf(full)).toBe(60);
  });

  it('are none for what was set aside, nor for its star', () => {
    expect(pointsOf([anAttempt({ status: 'void', hasStar: true })])).toBe(0);
  });
});

describe('the personal level', () => {
  it('begins at 25·n·(n − 1) points', () => {
    expect([1, 2, 3, 4, 5].map(pointsOfLevel)).toEqual([0, 50, 150, 300, 500]);
    for (let level = 2; level < 60; level++) {
      expect(levelOf(pointsOfLevel(level))).toBe(level);
      expect(levelOf(pointsOfLevel(level) - 1)).toBe(level - 1);
    }
  });
});
