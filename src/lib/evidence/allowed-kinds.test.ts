import { expect, it } from 'vitest';
import { allowedKinds } from './allowed-kinds.ts';

it('offers a kind of file only with consent', () => {
  expect(allowedKinds({ consents: ['photo', 'audio'] }, null)).toEqual(['photo', 'audio']);
  expect(allowedKinds({ consents: ['audio', 'leaderboard'] }, null)).toEqual(['audio']);
  expect(allowedKinds({ consents: [] }, null)).toEqual([]);
  expect(allowedKinds({}, null)).toEqual([]);
  expect(allowedKinds(null, null)).toEqual([]);
});

it('offers what the task takes', () => {
  const child = { consents: ['photo', 'audio'] as const };
  const consents = [...child.consents];
  expect(allowedKinds({ consents }, { evidenceKinds: ['photo', 'written'] })).toEqual(['photo']);
  expect(allowedKinds({ consents }, { evidenceKinds: [] })).toEqual(['photo', 'audio']);
});
