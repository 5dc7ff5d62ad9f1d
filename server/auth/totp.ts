import { createHmac, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30;

/**
 * Whether `code` is the six digits of `secret` at `now`, or of the step before or after (RFC 6238, SHA-1).
 *
 * @param secret the shared secret's bytes
 */
export function isTotp(secret: Uint8Array, code: string, now: Date): boolean {
  if (!/^\d{6}$/.test(code)) return false;
  const step = Math.floor(now.getTime() / 1000 / stepSeconds);
  return [step - 1, step, step + 1].some((candidate) => timingSafeEqual(Buffer.from(codeAt(secret, candidate)), Buffer.from(code)));
}

function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.max(0, step)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}
