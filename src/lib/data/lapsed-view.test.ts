import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { collectionNames } from '#domain/collections/index.ts';
import { people } from '#domain/collections/people.ts';
import type { DocumentOf } from '#domain/collections/index.ts';
import { userKinds } from '#domain/permissions/roles.ts';
import { isShownLapsed } from './lapsed-view.ts';

const nothingUnsent = () => false;
const person = (fields: object): DocumentOf<'people'> => v.parse(people.schema, { id: uuidv7(), version: 1, ...fields });
const child = person({
  kind: 'student',
  studentId: uuidv7(),
  displayName: 'Maya Shah',
  firstName: 'Maya',
  avatar: 'fox-3',
  yearGroup: '4',
  startedOn: '2025-09-01',
  classId: null,
});
const others = [
  person({ kind: 'staff', userId: uuidv7(), displayName: 'Ms Okafor' }),
  person({ kind: 'roster', classId: uuidv7(), studentId: uuidv7(), firstName: 'Tom', avatar: 'owl-1' }),
];

it('S30: what a lapsed lease leaves in sight is what it takes to log, and no name that is not the family’s own', () => {
  for (const kind of userKinds) {
    const isFamily = kind === 'student' || kind === 'parent';
    expect(isShownLapsed('people', child, { kind, isUnsent: nothingUnsent }), kind).toBe(isFamily);
    for (const other of others) expect(isShownLapsed('people', other, { kind, isUnsent: nothingUnsent }), kind).toBe(false);
  }
});

it('S30: one’s own unsent work stays in sight, and what has been sent does not', () => {
  const unsentId = uuidv7();
  for (const kind of userKinds)
    for (const collection of collectionNames) {
      if (collection === 'school' || collection === 'people') continue;
      const isShown = (id: string) =>
        isShownLapsed(collection, { id } as DocumentOf<typeof collection>, {
          kind,
          isUnsent: (name, one) => name === collection && one === unsentId,
        });
      expect(isShown(unsentId), collection).toBe(true);
      expect(isShown(uuidv7()), collection).toBe(false);
    }
});
