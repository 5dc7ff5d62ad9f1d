import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAuthorization, signatureOf } from '../../tests/setup/aws-signature.ts';
import { startS3Server, type S3Server } from '../../tests/setup/s3-server.ts';
import { StartError } from '../start-error.ts';
import type { S3Place } from './evidence-place.ts';
import { StoreOutOfReach } from './evidence-store.ts';
import { openEvidenceStore } from './open-evidence-store.ts';
import { createS3EvidenceStore } from './s3-evidence-store.ts';

let server: S3Server;
beforeEach(async () => {
  server = await startS3Server();
});
afterEach(() => server.stop());

const bytes = Buffer.from('sealed');
/** Nobody waits here for a network. */
const quick = { attempt: 300, pauses: [1, 1] };

test('a folder of more than a thousand objects is listed to the last', async () => {
  for (let index = 0; index < 2345; index++) server.objects.set(`a/one/${String(index).padStart(4, '0')}`, bytes);
  server.objects.set('a1/one/beside', bytes);
  const paths = await createS3EvidenceStore(server.place).list('a/');
  expect(new Set(paths).size).toBe(2345);
  expect([paths[0], paths.at(-1)]).toEqual(['a/one/0000', 'a/one/2344']);
  expect(server.asked).toHaveLength(3);
});

describe('an object store that stumbles', () => {
  test.each([[503, 'cut'], [429], [500, 500]] as const)('is asked again: %s %s', async (...failures) => {
    const store = createS3EvidenceStore(server.place, quick);
    server.failNext(...failures);
    await store.put('a/one/whole', bytes);
    server.failNext(...failures);
    expect(await store.get('a/one/whole')).toEqual(bytes);
    expect(server.asked).toHaveLength(2 * (failures.length + 1));
  });

  test('is given up after three attempts, and what it says is passed on', async () => {
    const store = createS3EvidenceStore(server.place, quick);
    server.failNext(503, 503, 503);
    await expect(store.put('a/one/whole', bytes)).rejects.toThrow('The object store answered PUT with 503 (SlowDown)');
    server.failNext('cut', 'cut', 'cut');
    await expect(store.list('a/')).rejects.toThrow(StoreOutOfReach);
    expect(server.asked).toHaveLength(6);
  });

  test('and never answers is not waited for', async () => {
    const store = createS3EvidenceStore(server.place, quick);
    server.failNext('silence');
    await store.put('a/one/whole', bytes);
    expect(server.objects.get('a/one/whole')).toEqual(bytes);
  });
});

describe('a file', () => {
  test('is missing where the store says so, and not where a bucket is, or whoever answers knows of none', async () => {
    const store = createS3EvidenceStore(server.place);
    expect(await store.get('a/one/whole')).toBeNull();
    server.failNext(404);
    await expect(store.get('a/one/whole')).rejects.toThrow('answered GET with 404');
    const elsewhere = createS3EvidenceStore({ ...server.place, bucket: 'another-bucket' });
    await expect(elsewhere.get('a/one/whole')).rejects.toThrow('404 (NoSuchBucket)');
    await expect(elsewhere.delete('a/one/whole')).rejects.toThrow('404 (NoSuchBucket)');
    await expect(elsewhere.list('a/')).rejects.toThrow('404 (NoSuchBucket)');
  });

  test('is taken from nobody with another key', async () => {
    for (const wrong of [{ secretAccessKey: 'guessed' }, { accessKeyId: 'somebody' }, { region: 'us-east-1' }]) {
      const store = createS3EvidenceStore({ ...server.place, ...wrong });
      await expect(store.put('a/one/whole', bytes)).rejects.toThrow(/answered PUT with 403/);
    }
    expect(server.objects.size).toBe(0);
  });
});

describe('the start', () => {
  test('tries the bucket out and leaves nothing in it', async () => {
    await openEvidenceStore(server.place);
    expect(server.asked.map((line) => line.split(' ')[0])).toEqual(['PUT', 'GET', 'GET', 'DELETE']);
    expect(server.objects.size).toBe(0);
  });

  test.each<[Partial<S3Place>, RegExp]>([
    [{ bucket: 'missing-bucket' }, /^The bucket missing-bucket cannot be used .*404 \(NoSuchBucket\).*start again\.$/],
    [{ secretAccessKey: 'guessed' }, /403 \(SignatureDoesNotMatch\).*AWS_SECRET_ACCESS_KEY.*start again\.$/],
    [
      { endpoint: new URL('http://127.0.0.1:9') },
      /The object store at 127\.0\.0\.1:9 does not answer \(.+\)\. Check .*AWS_ENDPOINT_URL_S3/,
    ],
  ])('says what is wrong and what to do: %o', async (wrong, sentence) => {
    const opening = openEvidenceStore({ ...server.place, ...wrong });
    await expect(opening).rejects.toThrow(StartError);
    await expect(opening).rejects.toThrow(sentence);
  });
});

/** The examples that Amazon gives with its description, so that what checks signatures here is checked itself. */
test.each([
  {
    method: 'GET',
    target: '/test.txt',
    more: { range: 'bytes=0-9' },
    hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    method: 'PUT',
    target: '/test%24file.text',
    more: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    hash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    more: {},
    hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
])('the signature of Amazon’s example $method $target is found', ({ method, target, more, hash, signature }) => {
  const headers = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': hash, ...more };
  const names = Object.keys(headers).sort().join(';');
  const authorization = parseAuthorization(
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`,
  );
  if (!authorization) throw new Error('The header is one.');
  expect(signatureOf({ method, target, headers }, authorization, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(signature);
});
