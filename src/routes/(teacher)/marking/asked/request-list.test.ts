import * as v from 'valibot';
import { expect, it } from 'vitest';
import { childRequests } from '#domain/collections/child-requests.ts';
import { aChild, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { readAddress, writeAddress } from './request-address.ts';
import { answerBy, listRequests, type RequestView } from './request-list.ts';
import { requestTable } from './request-table.ts';

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
const open: RequestView = { state: 'open', classId: null, find: '', sort: 'oldest' };
const answeredOnes: RequestView = { ...open, state: 'answered', sort: 'newest' };
const hours = (asked: ReturnType<typeof listRequests>) => asked.map(({ request: { createdAt } }) => createdAt.slice(11, 13));

it('shows what waits, the oldest first, with what it is about, and nothing of a child unknown here', () => {
  const asked = listRequests(known, open);
  expect(hours(asked)).toEqual(['12', '13', '15']);
  expect(asked.map(({ task, piece }) => [task?.title, piece?.completion.id])).toEqual([
    ['Task 40', undefined],
    [undefined, idOf(1)],
    [undefined, undefined],
  ]);
});

it('shows what was answered apart, the newest first, and one class where one is chosen', () => {
  expect(hours(listRequests(known, answeredOnes))).toEqual(['11', '10']);
  expect(hours(listRequests(known, { ...open, classId: idOf(6002) }))).toEqual(['12']);
});

it('asks for an answer to a wish to delete within four weeks', () => {
  expect(answerBy({ createdAt: '2027-01-31T23:00:00.000Z' })).toBe('2027-02-28');
});

it('finds by the child, by what is asked and by what it is about, and sorts', () => {
  const found = (find: string) => hours(listRequests(known, { ...open, find }));
  expect(found('task 40')).toEqual(['12']);
  expect(found('writing DELETED')).toEqual(['13']);
  expect(found('writing talk')).toEqual([]);
  expect(hours(listRequests(known, { ...open, sort: 'newest' }))).toEqual(['15', '13', '12']);
  expect(hours(listRequests(known, { ...open, sort: 'child' }))).toEqual(['13', '15', '12']);
});

it('is restored by its address, and each state begins with its own order', () => {
  const view: RequestView = { state: 'answered', classId: idOf(6002), find: 'dev', sort: 'child' };
  expect(readAddress(new URLSearchParams(writeAddress(view)))).toEqual(view);
  for (const usual of [open, answeredOnes]) expect(readAddress(new URLSearchParams(writeAddress(usual)))).toEqual(usual);
  expect(writeAddress(open)).toBe('');
});

it('fills a line of a table for each, with the last day to answer where there is one', () => {
  const [head = [], ...lines] = requestTable(listRequests(known, open), () => '4 Willow');
  expect(lines).toHaveLength(3);
  expect(lines.every((line) => line.length === head.length)).toBe(true);
  expect(lines.map((line) => [line[1], line[3], line[5], line[6]])).toEqual([
    ['4 Willow', 'Task 40', '', ''],
    ['4 Willow', 'Maths', 'Tuesday 22 December', ''],
    ['4 Willow', '', '', ''],
  ]);
  expect(requestTable(listRequests(known, answeredOnes), () => '')[1]?.at(-1)).toBe('Talked about');
});
