import { createHash } from 'node:crypto';

/** People and classes were made before any history. */
export const foundedAt = Date.parse('2026-07-01T09:00:00Z');

/** A UUIDv7 whose random part is the hash of a key, so that a demo school seeded again has the same ids (RFC 9562, 5.7). */
export function seedId(bornAt: number, ...key: readonly string[]): string {
  const bytes = createHash('sha256').update(key.join('|')).digest().subarray(0, 16);
  bytes.writeUIntBE(bornAt, 0, 6);
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
