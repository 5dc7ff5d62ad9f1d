import { encodeEntry } from './entry.ts';
import type { LogDocument, LogWrite } from './log-document.ts';
import type { LogNames } from './log-names.ts';
import { LogState } from './log-state.ts';

const documentsAnEntry = 1_000;

/**
 * All that stands, as the fewest entries that lead to it: documents before the notes about them. One at least: a log from
 * which everything was taken has a last entry too, after which others write.
 */
export function snapshot(state: LogState, names: LogNames): Uint8Array<ArrayBuffer>[] {
  const collections = [...state.collections].sort((one, other) => Number(names.isNotes(one)) - Number(names.isNotes(other)));
  const replayed = new LogState(names);
  const entries = collections
    .flatMap((collection) => [...writesOf(collection, state, names)])
    .map((write) => {
      const bytes = encodeEntry([write], replayed, names);
      replayed.apply(write);
      return bytes;
    });
  return entries.length > 0 ? entries : [encodeEntry([], replayed, names)];
}

function* writesOf(collection: string, state: LogState, names: LogNames): Generator<LogWrite> {
  const isOwn = names.isNotes(collection) ? () => false : ({ id }: LogDocument) => isUnsent(collection, id, state, names);
  const all = [...state.documents(collection).values()];
  for (const own of [true, false]) {
    const documents = all.filter((document) => isOwn(document) === own);
    for (let from = 0; from < documents.length; from += documentsAnEntry) {
      yield { collection, isOwn: own, documents: documents.slice(from, from + documentsAnEntry) };
    }
  }
}

function isUnsent(collection: string, id: string, state: LogState, names: LogNames): boolean {
  const subject = names.pushed(collection);
  return subject !== undefined && state.unsent.has(subject.name, id);
}
