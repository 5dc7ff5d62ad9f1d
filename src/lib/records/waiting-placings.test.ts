import * as v from 'valibot';
import { expect, it } from 'vitest';
import { commands, type Command } from '#domain/collections/commands.ts';
import { idOf } from './testing.ts';
import { waitingPlacings } from './waiting-placings.ts';

const [child, other, maths, english] = [idOf(9001), idOf(9002), idOf(8001), idOf(8002)];
const asked = (number: number, payload: object | undefined): Command =>
  v.parse(commands.schema, {
    ...{ id: idOf(number), version: 0, userId: idOf(7001), kind: 'place_on_level', capturedAt: '2026-11-23T16:30:00.000Z' },
    ...(payload && { payload }),
  });
const place = (number: number, clubId: string, level: number, studentId = child) =>
  asked(number, { studentId, clubId, level, reason: 'Read the whole shelf.' });

it('tells of each club the level that was asked for last', () => {
  const all = [place(3, maths, 7), place(1, maths, 12), place(2, english, 4)];
  expect(waitingPlacings(all, child)).toEqual(
    new Map([
      [maths, 7],
      [english, 4],
    ]),
  );
});

it('tells nothing of another child, nor of what the school has settled', () => {
  expect(waitingPlacings([place(1, maths, 12, other), asked(2, undefined)], child)).toEqual(new Map());
});
