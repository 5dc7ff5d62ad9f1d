import * as v from 'valibot';
import { expect, it } from 'vitest';
import { commands } from '#domain/collections/commands.ts';
import { movedAway } from './moved-away.ts';
import { idOf } from './testing.ts';

const command = (number: number, fields: object) =>
  v.parse(commands.schema, { id: idOf(number), version: 0, userId: idOf(7001), capturedAt: '2026-11-24T16:00:00.000Z', ...fields });
const payload = { studentId: idOf(1), completionId: idOf(2), toStudentId: idOf(3), newCompletionId: idOf(4) };

it('a piece is away while its move waits, and no longer once the school has done it', () => {
  const waiting = command(10, { kind: 'move_completion', payload });
  const flag = command(11, { kind: 'flag_to_safeguarding_lead', payload: { studentId: idOf(1), completionId: idOf(5), words: null } });
  expect(movedAway([waiting, flag])).toEqual(new Set([idOf(2)]));
  expect(movedAway([command(10, { kind: 'move_completion' }), flag])).toEqual(new Set());
});
