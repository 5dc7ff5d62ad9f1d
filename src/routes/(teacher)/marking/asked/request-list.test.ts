import * as v from 'valibot';
import { expect, it } from 'vitest';
import { childRequests } from '#domain/collections/child-requests.ts';
import { aChild, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { answerBy, listRequests } from './request-list.ts';

const request = (number: number, fields: object = {}) =>
  v.parse(childRequests.schema, {
    ...{ id: idOf(number), version: 1, studentId: idOf(9001), kind: 'ask', topic: 'talk', completionId: null, taskId: null },
    ...{ state: 'open', answer: null, createdAt: `2026-11-24T${String(number)}:00:00.000Z`, ...fields },
  });
const answered = { state: 'answered', answer: 'talked' };
const children = [aChild(9001), aChild(9002, { firstName: 'Dev', classId: idOf(6002) })];
const known = {
  requests: [
    request(15),
    request(12, { studentId: idOf(9002), taskId: idOf(40) }),
    request(13, { kind: 'delete', topic: 'written', completionId: idOf(1) }),
    request(14, { studentId: idOf(9999) }),
    request(10, answered),
    request(11, answered),
  ],
  commands: [],
  childrenById: new Map(children.map((child) => [child.studentId as string, child])),
  piecesById: new Map([[idOf(1), aPiece(1, { completion: aCompletion(1) })]]),
  tasksById: new Map([[idOf(40), aTask(40)]]),
};
const hours = (asked: ReturnType<typeof listRequests>) => asked.map(({ request: { createdAt } }) => createdAt.slice(11, 13));

it('shows what waits, the oldest first, with what it is about, and nothing of a child unknown here', () => {
  const open = listRequests(known, { state: 'open', classId: null });
  expect(hours(open)).toEqual(['12', '13', '15']);
  expect(open.map(({ task, piece }) => [task?.title, piece?.completion.id])).toEqual([
    ['Task 40', undefined],
    [undefined, idOf(1)],
    [undefined, undefined],
  ]);
});

it('shows what was answered apart, the newest first, and one class where one is chosen', () => {
  expect(hours(listRequests(known, { state: 'answered', classId: null }))).toEqual(['11', '10']);
  expect(hours(listRequests(known, { state: 'open', classId: idOf(6002) }))).toEqual(['12']);
});

it('asks for an answer to a wish to delete within four weeks', () => {
  expect(answerBy({ createdAt: '2027-01-31T23:00:00.000Z' })).toBe('2027-02-28');
});
