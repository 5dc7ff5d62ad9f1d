import * as v from 'valibot';
import { envelope, type Envelope } from '#domain/delivery/envelope.ts';
import { uuid } from '#domain/ids.ts';
import { isoInstant } from '#domain/calendar/dates.ts';

/**
 * A file that carries sealed work from a device without a network to one that has it (S30). JSON:
 *
 *   { format: "studystreaks-handover", version: 1, schoolId, madeAt, sha256, envelopes: [{ id, keyId, ephemeralKey, nonce, ciphertext }] }
 *
 * `sha256` (hexadecimal) is over one line for each envelope, its five values with a slash between. Nothing in the file says
 * whose work it is, and it opens at the school alone.
 */
const handover = v.object({
  format: v.literal('studystreaks-handover'),
  version: v.literal(1),
  schoolId: uuid,
  madeAt: isoInstant,
  sha256: v.string(),
  envelopes: v.pipe(v.array(envelope), v.minLength(1)),
});
const anyVersion = v.object({ format: v.literal('studystreaks-handover'), version: v.number() });

export type HandoverProblem = 'not_a_handover' | 'damaged' | 'newer_version' | 'other_school';
export type ReadHandover =
  { readonly ok: true; readonly envelopes: readonly Envelope[] } | { readonly ok: false; readonly problem: HandoverProblem };

export async function writeHandover(schoolId: string, envelopes: readonly Envelope[], now: Date): Promise<Blob> {
  const head = { format: 'studystreaks-handover', version: 1, schoolId, madeAt: now.toISOString(), sha256: await checksum(envelopes) };
  // Piece by piece: one string of all photos may be more than a browser makes.
  const parts = envelopes.map((one, index) => `${index === 0 ? '' : ',\n'}${JSON.stringify(one)}`);
  return new Blob([JSON.stringify(head).slice(0, -1), ',"envelopes":[\n', ...parts, '\n]}\n'], { type: 'application/json' });
}

/** All of it or nothing. @param schoolId of whoever brings it in */
export async function readHandover(file: Blob, schoolId: string): Promise<ReadHandover> {
  const text = await file.text();
  const content = parsed(text);
  if (!v.is(anyVersion, content)) {
    return { ok: false, problem: text.includes('"studystreaks-handover"') ? 'damaged' : 'not_a_handover' };
  }
  if (content.version > 1) return { ok: false, problem: 'newer_version' };
  const read = v.safeParse(handover, content);
  if (!read.success || (await checksum(read.output.envelopes)) !== read.output.sha256) return { ok: false, problem: 'damaged' };
  if (read.output.schoolId !== schoolId) return { ok: false, problem: 'other_school' };
  return { ok: true, envelopes: read.output.envelopes };
}

/** "studystreaks-handover-2026-11-28.json" */
export function handoverName(now: Date): string {
  return `studystreaks-handover-${now.toISOString().slice(0, 10)}.json`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What it is then its first words say.
    return null;
  }
}

async function checksum(envelopes: readonly Envelope[]): Promise<string> {
  const lines = envelopes.map(
    ({ id, keyId, ephemeralKey, nonce, ciphertext }) => `${[id, keyId, ephemeralKey, nonce, ciphertext].join('/')}\n`,
  );
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(lines).arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
