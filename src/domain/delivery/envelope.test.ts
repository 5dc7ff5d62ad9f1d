import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createSchoolKeyPair, EnvelopeBroken, openEnvelope, sealEnvelope, type EnvelopeContent } from './envelope.ts';

const content: EnvelopeContent = {
  kind: 'file',
  token: 'a-token',
  authorId: uuidv7(),
  evidenceId: uuidv7(),
  fileKind: 'photo',
  mediaType: 'image/jpeg',
  sha256: 'ab'.repeat(32),
  durationMs: null,
};

async function sealed(bytes = new Uint8Array([1, 2, 3])) {
  const pair = await createSchoolKeyPair();
  const key = { id: uuidv7(), publicKey: pair.publicKey };
  return { pair, key, envelope: await sealEnvelope(key, uuidv7(), content, bytes) };
}

describe('S30: a sealed envelope', () => {
  test('opens under the school’s private key to what was sealed', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const { pair, envelope } = await sealed(bytes);
    const opened = await openEnvelope(pair.privateKey, pair.publicKey, envelope);
    expect(opened.content).toEqual(content);
    expect(opened.bytes).toEqual(bytes);
  });

  test('shows no word of what is in it', async () => {
    const { envelope } = await sealed();
    expect(JSON.stringify(envelope)).not.toContain(content.authorId);
    expect(JSON.stringify(envelope)).not.toContain('a-token');
  });

  test('opens under no other school’s key, under no other id, and not when a bit was changed', async () => {
    const { pair, envelope } = await sealed();
    const other = await createSchoolKeyPair();
    const flipped = envelope.ciphertext.startsWith('A') ? `B${envelope.ciphertext.slice(1)}` : `A${envelope.ciphertext.slice(1)}`;
    await expect(openEnvelope(other.privateKey, other.publicKey, envelope)).rejects.toThrow(EnvelopeBroken);
    await expect(openEnvelope(pair.privateKey, pair.publicKey, { ...envelope, id: uuidv7() })).rejects.toThrow(EnvelopeBroken);
    await expect(openEnvelope(pair.privateKey, pair.publicKey, { ...envelope, ciphertext: flipped })).rejects.toThrow(EnvelopeBroken);
  });
});
