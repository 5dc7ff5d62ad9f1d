import * as v from 'valibot';
import { expect, it } from 'vitest';
import { studentId } from '#domain/ids.ts';
import { aClub, aCompletion, aPiece, idOf } from '$lib/records/testing.ts';
import { newHomework } from './new-homework.ts';

const said = {
  studentId: v.parse(studentId, idOf(9001)),
  club: aClub(),
  task: null,
  previous: null,
  way: 'written',
  text: 'I read.',
  feeling: null,
  day: '2026-11-24',
} as const;

it('keeps words only where words are shown', () => {
  expect(newHomework(said)).toMatchObject({ writtenWork: 'I read.', taskId: null, previousAttemptId: null });
  expect(newHomework({ ...said, way: 'show_in_class' }).writtenWork).toBeNull();
});

it('answers an attempt in the club and task of that attempt', () => {
  const completion = aCompletion(5, { taskId: idOf(3001), clubId: idOf(8002) });
  const previous = { ...aPiece(5), completion };
  expect(newHomework({ ...said, previous })).toMatchObject({ clubId: idOf(8002), taskId: idOf(3001), previousAttemptId: idOf(5) });
});
