import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyMissing } from '../database/crypto/key-file.ts';
import { readStopToken, stopToken } from './stop-token.ts';

const recipient = { schoolId: '018f0000-0000-7000-8000-000000000001', parentId: '018f0000-0000-7000-8000-00000000000a' };
const other = { ...recipient, parentId: '018f0000-0000-7000-8000-00000000000b' };
/** One school's keys, as a keyring has them. */
const keyring = {
  blindIndex: (schoolId: string, purpose: string, text: string) =>
    schoolId === recipient.schoolId
      ? Promise.resolve(createHmac('sha256', 'key').update(`${purpose}|${text}`).digest())
      : Promise.reject(new KeyMissing(schoolId)),
};

test('a token says whose mails it stops', async () => {
  expect(await readStopToken(keyring, await stopToken(keyring, recipient))).toEqual(recipient);
});

test('a token of one parent stops nobody else’s, whatever is put together', async () => {
  const [own, others] = [await stopToken(keyring, recipient), await stopToken(keyring, other)].map((token) =>
    Buffer.from(token, 'base64url'),
  );
  const mixed = Buffer.concat([(others ?? Buffer.alloc(0)).subarray(0, 32), (own ?? Buffer.alloc(0)).subarray(32)]);
  expect(await readStopToken(keyring, mixed.toString('base64url'))).toBeNull();
});

test('a mark made for another purpose, another school, and what is no token stop nothing', async () => {
  const forLogin = { blindIndex: (schoolId: string, _: string, text: string) => keyring.blindIndex(schoolId, 'login', text) };
  const elsewhere = { blindIndex: () => Promise.resolve(Buffer.alloc(32)) };
  expect(await readStopToken(keyring, await stopToken(forLogin, recipient))).toBeNull();
  expect(await readStopToken(keyring, await stopToken(elsewhere, { ...recipient, schoolId: other.parentId }))).toBeNull();
  for (const text of ['', 'x', 'x'.repeat(85), `${'x'.repeat(85)}!`, 'x'.repeat(87)]) expect(await readStopToken(keyring, text)).toBeNull();
});
