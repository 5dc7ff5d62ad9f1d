import * as v from 'valibot';
import { completions, type Completion } from '#domain/collections/completions.ts';
import { people } from '#domain/collections/people.ts';
import { receipts, type Receipt } from '#domain/collections/receipts.ts';
import { reviews, type Review } from '#domain/collections/reviews.ts';
import { tasks, type Task } from '#domain/collections/tasks.ts';
import { joinPieces, type Club, type Piece } from './pieces.ts';
import type { Child } from './children.ts';

/** Documents for unit tests: each is whole and valid, a test names only the fields it is about. */

export function idOf(number: number): string {
  return `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function aCompletion(number: number, fields: Partial<Record<keyof Completion, unknown>> = {}): Completion {
  return v.parse(completions.schema, {
    id: idOf(number),
    version: 1,
    studentId: idOf(9001),
    clubId: idOf(8001),
    taskId: null,
    previousAttemptId: null,
    completionDate: '2026-11-23',
    evidenceKind: 'written',
    writtenWork: 'Six sevens are forty-two.',
    evidenceIds: [],
    minutes: 18,
    feeling: 'easy',
    activity: null,
    capturedAt: '2026-11-23T16:48:00.000Z',
    clockOffsetMs: 0,
    ...fields,
  });
}

export function aReceipt(number: number, fields: Partial<Record<keyof Receipt, unknown>> = {}): Receipt {
  return v.parse(receipts.schema, {
    id: idOf(number),
    version: 1,
    studentId: idOf(9001),
    loggedBy: 'child',
    receivedAt: '2026-11-23T16:49:00.000Z',
    effectiveDate: '2026-11-23',
    status: 'submitted',
    punctuality: null,
    flags: [],
    evidence: [],
    ...fields,
  });
}

export function aReview(number: number, completion: number, fields: Partial<Record<keyof Review, unknown>> = {}): Review {
  return v.parse(reviews.schema, {
    id: idOf(number),
    version: 0,
    studentId: idOf(9001),
    completionId: idOf(completion),
    reviewerId: idOf(7001),
    verdict: 'approved',
    restores: null,
    comment: null,
    voiceId: null,
    sticker: null,
    star: false,
    capturedAt: '2026-11-24T08:00:00.000Z',
    ...fields,
  });
}

export function aClub(fields: Partial<Club> = {}): Club {
  return {
    id: idOf(8001),
    version: 1,
    kind: 'club',
    subject: 'mathematics',
    name: 'Maths',
    icon: 'maths',
    colour: '#3c80a6',
    yearGroups: ['4'],
    strands: [],
    isActive: true,
    levels: [],
    ...fields,
  };
}

export function aTask(number: number, fields: Partial<Record<keyof Task, unknown>> = {}): Task {
  return v.parse(tasks.schema, {
    id: idOf(number),
    version: 1,
    clubId: idOf(8001),
    classId: idOf(6001),
    studentId: null,
    taskGroupId: idOf(number + 100),
    title: `Task ${String(number)}`,
    instructions: '',
    strand: null,
    level: null,
    evidenceKinds: ['written'],
    opensOn: '2026-11-20',
    dueOn: '2026-11-26',
    ...fields,
  });
}

export function aPiece(number: number, fields: Partial<Piece> = {}): Piece {
  return {
    completion: aCompletion(number),
    receipt: null,
    allReviews: [],
    reviews: [],
    status: 'submitted',
    date: '2026-11-23',
    attempt: 1,
    isAnswered: false,
    club: aClub(),
    task: null,
    ...fields,
  };
}

export function aChild(number: number, fields: Partial<Record<keyof Child, unknown>> = {}): Child {
  const child = v.parse(people.schema, {
    id: idOf(number),
    version: 1,
    kind: 'student',
    studentId: idOf(number),
    displayName: 'Amara Bello',
    firstName: 'Amara',
    avatar: 'badger-1',
    yearGroup: '4',
    startedOn: '2026-09-01',
    classId: idOf(6001),
    ...fields,
  });
  if (child.kind !== 'student') throw new Error('aChild makes a child.');
  return child;
}

interface PieceDocuments {
  readonly completions: readonly Completion[];
  readonly receipts?: readonly Receipt[];
  readonly reviews?: readonly Review[];
  readonly clubsById?: ReadonlyMap<string, Club>;
}

/** These documents, joined as the records join them. @param before pieces that were joined earlier */
export function joined(
  { completions, receipts = [], reviews = [], clubsById = new Map() }: PieceDocuments,
  before: readonly Piece[] = [],
): Piece[] {
  const parts = {
    receiptsById: new Map(receipts.map((receipt) => [receipt.id, receipt])),
    reviewsByCompletion: Map.groupBy(reviews, (review) => review.completionId as string),
    clubsById,
    tasksById: new Map(),
  };
  return joinPieces(completions, parts, new Map(before.map((piece) => [piece.completion.id, piece])));
}
