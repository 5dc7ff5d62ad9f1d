import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { childRequests } from '#domain/collections/child-requests.ts';
import { commands } from '#domain/collections/commands.ts';
import { notices } from '#domain/collections/notices.ts';
import { helpByPiece, openRequests } from './child-help.ts';
import { idOf } from './testing.ts';

const command = (number: number, fields: object) =>
  v.parse(commands.schema, { id: idOf(number), version: 0, userId: idOf(7001), capturedAt: '2026-11-24T16:00:00.000Z', ...fields });
const notice = (number: number, documentId: string, code: string, createdAt: string, kind = 'command') =>
  v.parse(notices.schema, {
    ...{ id: idOf(number), version: 1, kind, code, message: 'No.', collection: 'completions', documentId, studentId: null, createdAt },
  });
const ask = (completionId: string | null) => ({ about: 'ask', topic: 'talk', completionId, taskId: null });

describe('what a child sees of what it asked about a piece', () => {
  it('is the newest that the school has told', () => {
    const told = [
      notice(21, idOf(1), 'kept_needed', '2026-11-24T18:00:00.000Z'),
      notice(20, idOf(1), 'will_look', '2026-11-24T17:00:00.000Z'),
    ];
    expect(helpByPiece([], told)).toEqual(new Map([[idOf(1), 'kept_needed']]));
  });

  it('waits while the question is on this device, also where an earlier one was answered', () => {
    const told = [notice(20, idOf(1), 'talked', '2026-11-24T17:00:00.000Z')];
    expect(helpByPiece([command(10, { kind: 'ask_for_help', payload: ask(idOf(1)) })], told).get(idOf(1))).toBe('waits');
    expect(helpByPiece([command(10, { kind: 'ask_for_help' })], told).get(idOf(1))).toBe('talked');
  });

  it('is nothing of a worry, of a question about nothing in particular, or of other news', () => {
    const worry = command(10, { kind: 'ask_for_help', payload: { about: 'worry', topic: 'home', words: null } });
    const rejection = notice(20, idOf(1), 'talked', '2026-11-24T17:00:00.000Z', 'rejection');
    const later = notice(21, idOf(2), 'a code of a later server', '2026-11-24T17:00:00.000Z');
    expect(helpByPiece([worry, command(11, { kind: 'ask_for_help', payload: ask(null) })], [rejection, later])).toEqual(new Map());
  });
});

it('a teacher sees what waits, the oldest first, and not what they have just answered', () => {
  const request = (number: number, createdAt: string, state = 'open') =>
    v.parse(childRequests.schema, {
      ...{ id: idOf(number), version: 1, studentId: idOf(1), kind: 'ask', topic: 'talk', completionId: null, taskId: null, state },
      ...{ answer: state === 'open' ? null : 'talked', createdAt },
    });
  const requests = [
    request(31, '2026-11-24T17:00:00.000Z'),
    request(30, '2026-11-24T16:00:00.000Z'),
    request(32, '2026-11-24T15:00:00.000Z', 'answered'),
    request(33, '2026-11-24T15:30:00.000Z'),
  ];
  const answering = command(10, {
    kind: 'answer_child_request',
    payload: { studentId: idOf(1), requestId: idOf(33), answer: 'talked' },
  });
  expect(openRequests(requests, [answering]).map(({ id }) => id)).toEqual([idOf(30), idOf(31)]);
});
