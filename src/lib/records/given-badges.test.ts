import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { commands, type Command } from '#domain/collections/commands.ts';
import { progress, type Progress } from '#domain/collections/progress.ts';
import { givenBadges, type TeacherBadge } from './given-badges.ts';
import { idOf } from './testing.ts';

const [child, other, teacher] = [idOf(9001), idOf(9002), idOf(7001)];
const aBadge = (number: number, fields: Partial<TeacherBadge> = {}): TeacherBadge => ({
  ...{ id: idOf(number), version: 1, kind: 'badge', code: null, name: 'Kind Helper', sentence: 'You helped.', picture: 'heart' },
  isActive: true,
  ...fields,
});
const asked = (badge: number, studentId = child): Command =>
  v.parse(commands.schema, {
    ...{ id: idOf(1), version: 0, userId: teacher, kind: 'give_badge', capturedAt: '2026-11-23T23:30:00.000Z' },
    payload: { studentId, badgeId: idOf(badge) },
  });
const told = (...badges: number[]): Progress =>
  v.parse(progress.schema, {
    ...{ id: child, version: 3, studentId: child, currentRun: 0, longestRun: 0, weeks: [], clubs: {} },
    given: badges.map((badge) => ({ badgeId: idOf(badge), on: '2026-11-02', teacherId: teacher })),
  });
const given = (of: Progress | undefined, sent: readonly Command[] = [], badges = [aBadge(1), aBadge(2)]) =>
  givenBadges({
    ...{ studentId: child, progress: of, commands: sent, timeZone: 'Europe/London' },
    badgesById: new Map(badges.map((badge) => [badge.id, badge])),
  });

describe('the badges that a child was given', () => {
  it('are what the school says, and what this teacher has asked for since', () => {
    expect(given(told(1), [asked(2)])).toMatchObject([
      { badge: { id: idOf(1) }, on: '2026-11-02', teacherId: teacher, isWaiting: false },
      { badge: { id: idOf(2) }, on: '2026-11-23', teacherId: teacher, isWaiting: true },
    ]);
  });

  it('are none where nothing was said yet, nor by a server that knows of none', () => {
    expect(given(undefined)).toEqual([]);
    const { given: _unknown, ...older } = told(1);
    expect(given(older)).toEqual([]);
  });

  it('are each there once: what was asked for twice, or has arrived meanwhile, is no second badge', () => {
    expect(given(told(1), [asked(1), asked(2), asked(2)])).toMatchObject([{ isWaiting: false }, { isWaiting: true }]);
  });

  it('are no other child’s, and none of a command that is settled', () => {
    const { payload: _settled, ...settled } = asked(1);
    expect(given(told(), [asked(1, other), v.parse(commands.schema, settled)])).toEqual([]);
  });

  it('stay when the badge is out of use, and wait for a badge that this device does not know yet', () => {
    expect(given(told(1, 2), [], [aBadge(1, { isActive: false })])).toMatchObject([{ badge: { id: idOf(1), isActive: false } }]);
  });
});
