import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { createSchoolKeyPair, sealEnvelope, type Envelope } from '#domain/delivery/envelope.ts';
import { handoverName, readHandover, writeHandover } from './handover.ts';

const schoolId = uuidv7();
const now = new Date('2026-11-28T09:00:00.000Z');
const { publicKey } = await createSchoolKeyPair();

function sealed(): Promise<Envelope> {
  const author = { token: 't', authorId: uuidv7(), device: uuidv7() };
  return sealEnvelope({ id: uuidv7(), publicKey }, uuidv7(), {
    kind: 'documents',
    ...author,
    pushes: [],
    schema: 1,
    sealedAt: now.toISOString(),
  });
}

describe('S30: a handover file', () => {
  it('brings every envelope to another device as it was', async () => {
    const envelopes = [await sealed(), await sealed(), await sealed()];
    const file = await writeHandover(schoolId, envelopes, now);
    expect(await readHandover(file, schoolId)).toEqual({ ok: true, envelopes });
    expect(handoverName(now)).toBe('studystreaks-handover-2026-11-28.json');
  });

  it('is not taken by another school', async () => {
    const file = await writeHandover(schoolId, [await sealed()], now);
    expect(await readHandover(file, uuidv7())).toEqual({ ok: false, problem: 'other_school' });
  });

  it('is damaged when an end is missing, a letter is another, or an envelope was taken out', async () => {
    const text = await (await writeHandover(schoolId, [await sealed(), await sealed()], now)).text();
    const at = text.indexOf('"ciphertext":"') + 20;
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    const fewer = text.replace(/\[\n.*,\n/, '[\n');
    expect(fewer).not.toBe(text);
    for (const damaged of [text.slice(0, -30), changed, fewer]) {
      expect(await readHandover(new Blob([damaged]), schoolId)).toEqual({ ok: false, problem: 'damaged' });
    }
  });

  it('is told from any other file, and from one of a newer app', async () => {
    const newer = (await (await writeHandover(schoolId, [await sealed()], now)).text()).replace('"version":1', '"version":2');
    expect(await readHandover(new Blob([newer]), schoolId)).toEqual({ ok: false, problem: 'newer_version' });
    for (const other of ['', 'Maya, 4 Willow', '[]', '{"format":"another"}'])
      expect(await readHandover(new Blob([other]), schoolId)).toEqual({ ok: false, problem: 'not_a_handover' });
  });
});
