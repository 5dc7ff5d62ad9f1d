import { expect, test } from 'vitest';
import { createPictureVerifier, isPictureCode, pictureSecret } from './verifier.ts';

test('a verifier knows its own three pictures, in their order, and no others', async () => {
  const verifier = await createPictureVerifier(pictureSecret([1, 5, 9]));
  expect(await isPictureCode(verifier, '1-5-9')).toBe(true);
  for (const wrong of ['9-5-1', '1-5-8', '1-5', '15-9', '']) expect(await isPictureCode(verifier, wrong), wrong).toBe(false);
});

test('two children with the same pictures have different verifiers, and neither shows the pictures', async () => {
  const [one, other] = [await createPictureVerifier('1-5-9'), await createPictureVerifier('1-5-9')];
  expect(one.salt).not.toBe(other.salt);
  expect(one.hash).not.toBe(other.hash);
  expect(JSON.stringify(one)).not.toContain('1-5-9');
  expect(await isPictureCode({ ...one, salt: other.salt }, '1-5-9')).toBe(false);
});
