import { describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { must } from '#domain/must.ts';
import { seededRandom } from '../../sync/testing/seeded-random.ts';
import { Log } from './log.ts';
import type { LogRow } from './waiting-writes.ts';
import { LogNames } from './log-names.ts';
import { noteId, type LogDocument } from './log-document.ts';
import type { LogEntry, LogMedium } from './medium.ts';

const collection = 'completions';
const names = await LogNames.load();
const { notesIn } = must(names.subject(collection), 'completions are synced');

/** A disk whose entries a test can get at. */
class Disk implements LogMedium {
  entries: LogEntry[];

  constructor(entries: readonly LogEntry[] = []) {
    this.entries = [...entries];
  }

  readAfter(number: number): Promise<LogEntry[]> {
    return Promise.resolve(this.entries.filter((entry) => entry.number > number));
  }

  append(last: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if ((this.entries.at(-1)?.number ?? 0) !== last) return Promise.resolve(false);
    this.entries.push({ number: last + 1, bytes });
    return Promise.resolve(true);
  }

  rewrite(last: number, entries: readonly Uint8Array<ArrayBuffer>[]): Promise<boolean> {
    if ((this.entries.at(-1)?.number ?? 0) !== last) return Promise.resolve(false);
    this.entries = entries.map((bytes, index) => ({ number: last + 1 + index, bytes }));
    return Promise.resolve(true);
  }

  close(): void {
    // It lies in memory.
  }
}

let revisions = 0;

function piece(words: string, before?: LogDocument): LogDocument {
  revisions++;
  const _meta = { lwt: 1_795_000_000_000 + revisions };
  const id = before?.id ?? uuidv7();
  return { id, version: 0, writtenWork: words, _deleted: false, _attachments: {}, _rev: `${String(revisions)}-test`, _meta };
}

function note({ _rev, _meta, _attachments, ...docData }: LogDocument): LogDocument {
  const { _rev: revision, _meta: meta } = piece('');
  return {
    id: noteId(docData.id),
    isCheckpoint: '0',
    itemId: docData.id,
    docData,
    _deleted: false,
    _attachments: {},
    _rev: revision,
    _meta: meta,
  };
}

async function open(medium: LogMedium): Promise<{ log: Log; damages: number }> {
  let damages = 0;
  const log = await Log.open({ medium, names, channel: null, onUnsent: () => undefined, onDamage: () => damages++ });
  return { log, damages };
}

interface Told {
  /** The number of the entry that says so. */
  readonly entry: number;
  readonly document: LogDocument;
  readonly isOwn: boolean;
}

/** A log of pulled pages with their notes, own work, changes of either, and checkpoints. */
async function someLog(seed: number): Promise<{ entries: LogEntry[]; told: Told[] }> {
  const random = seededRandom(seed);
  const disk = new Disk();
  const { log } = await open(disk);
  const told: Told[] = [];
  const last = () => must(disk.entries.at(-1), 'something was written').number;
  const standing = (id: string) => must(log.state.documents(collection).get(id), 'it was written');
  const write = async (documents: readonly LogDocument[], previous: readonly LogDocument[], isOwn: boolean) => {
    const rows = documents.map((document, index): LogRow => ({ document, ...(previous[index] && { previous: previous[index] }) }));
    await log.write(collection, rows, isOwn ? 'a person' : 'replication-downstream-abc');
    told.push(...documents.map((document) => ({ entry: last(), document, isOwn })));
    if (isOwn) return;
    const notes = documents.map((document): LogRow => {
      const before = log.state.documents(notesIn).get(noteId(document.id));
      return { document: note(document), ...(before && { previous: before }) };
    });
    await log.write(notesIn, notes, 'replication-down-write-meta');
    const checkpoint = log.state.documents(notesIn).get('down|1');
    const next = { ...piece(''), id: 'down|1', isCheckpoint: '1', itemId: 'down' };
    await log.write(notesIn, [{ document: next, ...(checkpoint && { previous: checkpoint }) }], 'replication-set-checkpoint');
  };
  for (let step = 0; step < 12; step++) {
    const ids = [...log.state.documents(collection).keys()];
    const isOwn = random() < 0.5;
    if (ids.length > 0 && random() < 0.4) {
      const before = standing(must(ids[Math.floor(random() * ids.length)], 'there are ids'));
      await write([piece(`changed ${String(step)}`, before)], [before], isOwn);
    } else
      await write(
        Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => piece(`${String(step)}.${String(at)}`)),
        [],
        isOwn,
      );
  }
  await log.close();
  return { entries: disk.entries, told };
}

const damages: Record<string, (entries: readonly LogEntry[], at: number) => LogEntry[]> = {
  'does not open': (entries, at) => entries.map((entry, index) => (index === at ? { ...entry, bytes: null } : entry)),
  'is torn': (entries, at) =>
    entries.map((entry, index) => (index === at ? { ...entry, bytes: must(entry.bytes, 'it was whole').slice(0, -7) } : entry)),
  'is missing': (entries, at) => entries.filter((_, index) => index !== at),
};

describe.each(Object.keys(damages))('a log of which one entry %s', (how) => {
  it.each([1, 2, 3, 4])('goes on with all that can be read, own work on the list of what waits (seed %i)', async (seed) => {
    const { entries, told } = await someLog(seed);
    // What is missing at either end cannot be noticed: such a log is merely shorter.
    const places = entries.map((_, at) => at).filter((at) => how !== 'is missing' || (at > 0 && at < entries.length - 1));
    for (const at of places) {
      const lost = must(entries[at], 'there is one').number;
      const disk = new Disk(must(damages[how], 'there is one')(entries, at));
      const { log, damages: noticed } = await open(disk);
      expect(noticed).toBe(1);
      const readable = told.filter(({ entry }) => entry !== lost);
      const stands = new Map(readable.map(({ document }) => [document.id, document]));
      expect(new Map(log.state.documents(collection))).toEqual(stands);
      const own = new Set(readable.filter(({ isOwn }) => isOwn).map(({ document }) => document.id));
      expect(new Set(log.state.unsent.idsOf(collection))).toEqual(own);
      // The server is asked from nothing.
      expect(log.state.documents(notesIn).size).toBe(0);
      await log.write(collection, [{ document: piece('and on') }], 'a person');
      await log.close();
      const again = await open(disk);
      expect(again.damages).toBe(0);
      expect(again.log.state.documents(collection).size).toBe(stands.size + 1);
      expect(again.log.state.unsent.size).toBe(own.size + 1);
      await again.log.close();
    }
  });
});

it('a log of which nothing can be read begins anew', async () => {
  const { entries } = await someLog(5);
  const disk = new Disk(entries.map((entry) => ({ ...entry, bytes: null })));
  const { log } = await open(disk);
  expect(log.state.documents(collection).size).toBe(0);
  await log.write(collection, [{ document: piece('new') }], 'a person');
  await log.close();
  const again = await open(disk);
  expect([again.damages, again.log.state.documents(collection).size]).toEqual([0, 1]);
  await again.log.close();
});
