import { describe, expect, test } from 'vitest';
import { Problem } from '../http/problem.ts';
import { parseAnnouncement, parseOffset } from './upload-headers.ts';

const id = '01900000-0000-7000-8000-00000000000f';
const sha256 = 'ab'.repeat(32);
const pairs = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

describe('what a device says of a file', () => {
  test('is its id, its length, its hash and how long a recording is', () => {
    expect(parseAnnouncement('12', pairs({ evidence: id.toUpperCase(), sha256, durationMs: '4000' }))).toEqual({
      evidenceId: id,
      bytes: 12,
      sha256: Buffer.from(sha256, 'hex'),
      durationMs: 4000,
    });
    expect(parseAnnouncement('12', pairs({ evidence: id, sha256, filename: 'ignored.jpg' })).durationMs).toBeNull();
  });

  test.each([
    [undefined, pairs({ evidence: id, sha256 })],
    ['0', pairs({ evidence: id, sha256 })],
    ['-1', pairs({ evidence: id, sha256 })],
    ['1e9', pairs({ evidence: id, sha256 })],
    ['12', undefined],
    ['12', ''],
    ['12', pairs({ evidence: id })],
    ['12', pairs({ sha256 })],
    ['12', pairs({ evidence: '../../etc/passwd', sha256 })],
    ['12', pairs({ evidence: id, sha256: 'ab' })],
    ['12', pairs({ evidence: id, sha256, durationMs: 'long' })],
    ['12', `evidence ${id},sha256 ${sha256}`],
  ])('is refused where something is missing or is not what it should be: %s, %s', (length, metadata) => {
    expect(() => parseAnnouncement(length, metadata)).toThrow(Problem);
  });
});

test('an offset is a number of bytes', () => {
  expect(parseOffset('262144')).toBe(262_144);
  for (const wrong of [undefined, '', '-1', 'x', '1.5']) expect(() => parseOffset(wrong)).toThrow(Problem);
});
