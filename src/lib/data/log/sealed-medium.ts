import { seal, unseal } from '../sealing/seal.ts';
import type { LogMedium } from './medium.ts';

/** An entry does not open: it was changed, moved, or is not of this key. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** A log whose every entry is sealed, once for all that was written together, to its own place in this very log. */
export function sealedMedium(medium: LogMedium, key: CryptoKey, logName: string): LogMedium {
  const place = (number: number) => `log/${logName}/${String(number)}`;
  const sealEntry = async (number: number, bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await seal(key, place(number), bytes));
  return {
    async readAfter(number) {
      const entries = await medium.readAfter(number);
      return Promise.all(
        entries.map(async (entry) => ({
          number: entry.number,
          bytes: await unseal(key, place(entry.number), wholeBuffer(entry.bytes)).then(
            (opened) => new Uint8Array(opened),
            (cause: unknown) => {
              throw new LogDamaged(`Entry ${String(entry.number)} of a log does not open.`, { cause });
            },
          ),
        })),
      );
    },
    append: async (last, bytes) => medium.append(last, await sealEntry(last + 1, bytes)),
    rewrite: async (last, entries) =>
      medium.rewrite(last, await Promise.all(entries.map((bytes, index) => sealEntry(last + 1 + index, bytes)))),
    close: () => {
      medium.close();
    },
  };
}

function wholeBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength
    ? bytes.buffer
    : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
