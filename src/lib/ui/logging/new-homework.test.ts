import * as v from 'valibot';
import { expect, it } from 'vitest';
import { studentId } from '#domain/ids.ts';
import { aClub, aCompletion, aPiece, aTask, idOf } from '$lib/records/testing.ts';
import { newHomework } from './new-homework.ts';

const said = {
  studentId: v.parse(studentId, idOf(9001)),
  club: aClub(),
  task: null,
  previous: null,
  way: 'written',
  text: 'I read.',
  feeling: null,
  activity: 'reading',
  day: '2026-11-24',
} as const;

it('keeps words only where words are shown', () => {
  expect(newHomework(said)).toMatchObject({ writtenWork: 'I read.', taskId: null, previousAttemptId: null });
  expect(newHomework({ ...said, way: 'show_in_class' }).writtenWork).toBeNull();
});

it('says what it was of a piece without a task alone, and of another go what the first was', () => {
  expect(newHomework(said).activity).toBe('reading');
  expect(newHomework({ ...said, task: aTask(3001) }).activity).toBeNull();
  const again = (fields: object) => newHomework({ ...said, previous: { ...aPiece(5), completion: aCompletion(5, fields) } }).activity;
  expect([again({ activity: 'practice' }), again({})]).toEqual(['practice', null]);
  const { activity: _unknown, ...older } = aCompletion(5);
  expect(newHomework({ ...said, previous: Object.assign(aPiece(5), { completion: older }) }).activity).toBeNull();
});

it('answers an attempt in the club and task of that attempt', () => {
  const completion = aCompletion(5, { taskId: idOf(3001), clubId: idOf(8002) });
  const previous = { ...aPiece(5), completion };
  expect(newHomework({ ...said, previous })).toMatchObject({ clubId: idOf(8002), taskId: idOf(3001), previousAttemptId: idOf(5) });
});
