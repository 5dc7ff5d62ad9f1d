import { seal, unseal } from '../sealing/seal.ts';
import type { LogMedium } from './medium.ts';

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
          // It was changed, or moved, or is not of this key: the log has to know, and can go on without it.
          bytes:
            entry.bytes &&
            (await unseal(key, place(entry.number), wholeBuffer(entry.bytes)).then(
              (opened) => new Uint8Array(opened),
              () => null,
            )),
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
