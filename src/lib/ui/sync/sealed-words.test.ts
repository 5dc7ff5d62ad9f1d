import { expect, it } from 'vitest';
import { handoverProblemWords, sealedRefusalWords } from './sealed-words.ts';

it('S30: says why a sealed piece was not taken, of a photo too, and never a bare code', () => {
  expect(sealedRefusalWords('access_ended')).toBe('Whoever wrote it can no longer use StudyStreaks.');
  expect(sealedRefusalWords('no_consent')).toContain('permission');
  expect(sealedRefusalWords('something_newer')).not.toContain('something_newer');
});

it('S30: says of a file that was not taken what to do', () => {
  expect(handoverProblemWords('damaged')).toContain('nothing of it was brought in');
  expect(handoverProblemWords('other_school')).toContain('another school');
});
