import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { dexieMedium } from './dexie-medium.ts';
import { Log } from './log.ts';
import type { LogRow } from './waiting-writes.ts';
import { LogNames } from './log-names.ts';
import type { LogReader } from './log-options.ts';
import { noteId, type LogDocument } from './log-document.ts';
import { memoryMedium, type LogMedium } from './medium.ts';

const collection = 'completions';
const downstream = 'replication-downstream-abc';
let names: LogNames;
let notesIn: string;

beforeAll(async () => {
  names = await LogNames.load();
  notesIn = names.subject(collection)?.notesIn ?? '';
});

let revisions = 0;
/** How often a log that was opened was damaged. */
let damages = 0;

function piece(words: string, before?: LogDocument): LogDocument {
  return {
    id: before?.id ?? uuidv7(),
    version: 0,
    writtenWork: words,
    evidenceIds: ['one'],
    _deleted: false,
    _attachments: {},
    _rev: `${String(++revisions)}-test`,
    _meta: { lwt: 1_795_000_000_000 + revisions },
  };
}

function gone(before: LogDocument): LogDocument {
  return { ...piece('', before), _deleted: true };
}

/** What RxDB notes when the server is known to have this. */
function note({ _rev, _meta, _attachments, ...docData }: LogDocument): LogDocument {
  const { id: itemId } = docData;
  const { _rev: revision, _meta: meta } = piece('');
  return { id: noteId(itemId), isCheckpoint: '0', itemId, docData, _deleted: false, _attachments: {}, _rev: revision, _meta: meta };
}

const row = (document: LogDocument, previous?: LogDocument): LogRow => (previous ? { document, previous } : { document });

/** A place of its own for a log, and another tab's view of the same. */
const media: Record<string, () => () => LogMedium> = {
  'in memory': () => {
    const medium = memoryMedium();
    return () => medium;
  },
  'in IndexedDB': () => {
    const indexedDB = new IDBFactory();
    return () => dexieMedium('log', { indexedDB, IDBKeyRange });
  },
};

async function open(medium: LogMedium, onUnsent: () => void = () => undefined): Promise<Log> {
  return Log.open({ medium, names, channel: null, onUnsent, onDamage: () => damages++ });
}

const words = (log: Log): unknown[] =>
  Array.from(log.state.documents(collection).values(), (document) => (document._deleted ? 'gone' : document['writtenWork']));

async function bytesOf(medium: LogMedium): Promise<string> {
  return (await medium.readAfter(0)).map(({ bytes }) => new TextDecoder().decode(bytes ?? undefined)).join('\n');
}

describe.each(Object.entries(media))('a log %s', (_where, place) => {
  it('says after a restart what was written before, notes and checkpoints included', async () => {
    const medium = place();
    const log = await open(medium());
    const one = piece('one');
    await log.write(collection, [row(one)], downstream);
    await log.write(notesIn, [row(note(one))], 'replication-down-write-meta');
    await log.write(notesIn, [row({ ...piece(''), id: 'down|1', checkpointData: { epoch: 1 } })], 'replication-set-checkpoint');
    const before = new Map(log.state.documents(notesIn));
    await log.close();
    const again = await open(medium());
    expect(words(again)).toEqual(['one']);
    expect(new Map(again.state.documents(notesIn))).toEqual(before);
    await again.close();
  });

  it('puts a note that says what its document says into the log without its words', async () => {
    const medium = place();
    const log = await open(medium());
    const one = piece('conkers in the park');
    await log.write(collection, [row(one)], downstream);
    await log.write(notesIn, [row(note(one))], 'replication-down-write-meta');
    expect((await bytesOf(medium())).split('conkers').length - 1).toBe(1);
    const changed = piece('acorns', one);
    await log.write(collection, [row(changed, one)], 'a person');
    await log.close();
    const again = await open(medium());
    // The note stays with what the server is known to have.
    expect(again.state.documents(notesIn).get(noteId(one.id))?.['docData']).toMatchObject({ writtenWork: 'conkers in the park' });
    expect(again.state.unsent.idsOf(collection)).toEqual([one.id]);
    await again.close();
  });

  it('two tabs have one order: who builds on what the other has changed meets a conflict, and nothing is lost', async () => {
    const medium = place();
    const [here, there] = [await open(medium()), await open(medium())];
    const one = piece('one');
    await here.write(collection, [row(one)], 'a person');
    await there.write(collection, [row(piece('two'))], 'a person');
    const mine = piece('one, mine', one);
    const theirs = piece('one, theirs', one);
    expect((await here.write(collection, [row(mine, one)], 'a person')).error).toEqual([]);
    await there.write(collection, [row(theirs, one), row(piece('three'))], 'a person');
    await here.write(collection, [row(piece('four'))], 'a person');
    expect(words(there)).toEqual(['one, mine', 'two', 'three']);
    expect(words(here)).toEqual(['one, mine', 'two', 'three', 'four']);
    await Promise.all([here.close(), there.close()]);
    const again = await open(medium());
    expect(words(again)).toEqual(words(here));
    await again.close();
  });

  it('S27: what is gone leaves no word in the log, and a tab that was behind loses nothing by it', async () => {
    const medium = place();
    const [here, there] = [await open(medium()), await open(medium())];
    const secret = piece('the canary word');
    await here.write(collection, [row(secret)], downstream);
    await here.write(notesIn, [row(note(secret))], 'replication-down-write-meta');
    const kept = piece('kept');
    await there.write(collection, [row(kept)], 'a person');
    const tombstone = gone(secret);
    await here.write(collection, [row(tombstone, secret)], downstream);
    const before = here.state.documents(notesIn).get(noteId(secret.id));
    await here.write(notesIn, [row(note(tombstone), before)], 'replication-down-write-meta');
    await expect.poll(() => bytesOf(medium()), { timeout: 2000 }).not.toContain('canary');
    await there.write(collection, [row(piece('after'))], 'a person');
    expect(words(there)).toEqual(['gone', 'kept', 'after']);
    await Promise.all([here.close(), there.close()]);
    const again = await open(medium());
    expect(words(again).sort()).toEqual(['after', 'gone', 'kept']);
    expect(again.state.unsent.size).toBe(2);
    await again.close();
  });

  it('S27: nor where a slow device notes long after that it is gone', async () => {
    const medium = place();
    const log = await open(medium());
    const secret = piece('the canary word');
    await log.write(collection, [row(secret)], downstream);
    await log.write(notesIn, [row(note(secret))], 'replication-down-write-meta');
    const tombstone = gone(secret);
    await log.write(collection, [row(tombstone, secret)], downstream);
    // The log has been rewritten by now, with the note that quotes what is gone.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = log.state.documents(notesIn).get(noteId(secret.id));
    await log.write(notesIn, [row(note(tombstone), before)], 'replication-down-write-meta');
    await expect.poll(() => bytesOf(medium()), { timeout: 2000 }).not.toContain('canary');
    await log.close();
  });

  it('is gathered when it lies in many small entries, and says the same, to a tab that was behind too', async () => {
    const medium = place();
    const [here, there] = [await open(medium()), await open(medium())];
    const pieces = Array.from({ length: 260 }, (_, number) => piece(String(number)));
    for (const one of pieces) await here.write(collection, [row(one)], 'a person');
    expect(await medium().readAfter(0)).toHaveLength(260);
    await here.close();
    expect((await medium().readAfter(0)).length).toBeLessThan(5);
    await there.write(collection, [row(piece('after'))], 'a person');
    const all = [...pieces.map((one) => one['writtenWork']), 'after'];
    expect(words(there)).toEqual(all);
    await there.close();
    const again = await open(medium());
    expect(words(again)).toEqual(all);
    expect(again.state.unsent.size).toBe(261);
    await again.close();
  });

  it('stays as it is where its entries are few', async () => {
    const medium = place();
    const log = await open(medium());
    for (let number = 0; number < 20; number++) await log.write(collection, [row(piece(String(number)))], 'a person');
    await log.close();
    expect(await medium().readAfter(0)).toHaveLength(20);
  });

  it('is written anew when most of it is of the past, and says the same', async () => {
    const medium = place();
    const log = await open(medium());
    let one = piece('0');
    await log.write(collection, [row(one)], 'a person');
    for (let number = 1; number < 600; number++) {
      const next = piece(String(number), one);
      await log.write(collection, [row(next, one)], 'a person');
      one = next;
    }
    await log.close();
    const again = await open(medium());
    expect(words(again)).toEqual(['599']);
    expect(again.state.unsent.idsOf(collection)).toEqual([one.id]);
    expect(await medium().readAfter(0)).toHaveLength(1);
    await again.close();
  });
});

describe('what waits for the server', () => {
  it('is what a person wrote and the server is not known to have: nothing that was pulled, ever', async () => {
    const log = await open(memoryMedium());
    const pulled = piece('pulled');
    await log.write(collection, [row(pulled)], downstream);
    expect(log.state.unsent.size).toBe(0);
    await log.write(notesIn, [row(note(pulled))], 'replication-down-write-meta');
    const own = piece('own');
    await log.write(collection, [row(own)], 'a person');
    expect(log.state.unsent.idsOf(collection)).toEqual([own.id]);
    const sent = note(own);
    await log.write(notesIn, [row(sent)], 'replication-up-write-meta');
    expect(log.state.unsent.size).toBe(0);
    const again = piece('own, changed', own);
    await log.write(collection, [row(again, own)], 'a person');
    expect(log.state.unsent.all()).toMatchObject([{ id: own.id, since: new Date(again._meta.lwt).toISOString() }]);
    // Back to what the server has: nothing to send.
    await log.write(collection, [row(piece('own', again), again)], 'a person');
    expect(log.state.unsent.size).toBe(0);
    await log.close();
  });

  it('is no collection that only the server writes', async () => {
    const log = await open(memoryMedium());
    await log.write('receipts', [row(piece('never'))], 'a person');
    expect(log.state.unsent.size).toBe(0);
    await log.close();
  });
});

describe('when the disk is full', () => {
  function fullMedium() {
    const medium = memoryMedium();
    const state = { mostBytes: Infinity };
    const append: LogMedium['append'] = (last, bytes) =>
      bytes.length > state.mostBytes ? Promise.reject(new DOMException('Full.', 'QuotaExceededError')) : medium.append(last, bytes);
    return { state, medium: { ...medium, append } };
  }

  it('a write fails whole, shows nowhere, and the next one that fits goes through', async () => {
    const { state, medium } = fullMedium();
    const log = await open(medium);
    const shown: string[] = [];
    const reader: LogReader = {
      bulkWrite: (rows) => {
        shown.push(...rows.map(({ document }) => document.id));
        return Promise.resolve({ error: [] });
      },
    };
    await log.attach(collection, reader);
    state.mostBytes = 100;
    await expect(log.write(collection, [row(piece('too much'))], 'a person')).rejects.toThrow('Full.');
    expect(words(log)).toEqual([]);
    state.mostBytes = Infinity;
    const fits = piece('fits');
    await log.write(collection, [row(fits)], 'a person');
    expect(shown).toEqual([fits.id]);
    await log.close();
  });

  it('a page that does not fit does not take a person’s words along', async () => {
    const { state, medium } = fullMedium();
    const log = await open(medium);
    state.mostBytes = 2_000;
    const page = Array.from({ length: 50 }, (_, number) => row(piece(`page ${String(number)}`)));
    const [pulled, own] = await Promise.allSettled([
      log.write('receipts', page, downstream),
      log.write(collection, [row(piece('own words'))], 'a person'),
    ]);
    expect([pulled.status, own.status]).toEqual(['rejected', 'fulfilled']);
    expect(words(log)).toEqual(['own words']);
    await log.close();
  });
});
