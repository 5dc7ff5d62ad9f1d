import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { must } from '#domain/must.ts';
import { pastLenses } from '#domain/sync/lenses/testing/past-lenses.ts';
import { Log } from './log.ts';
import { LogNames } from './log-names.ts';
import { noteId, type LogDocument } from './log-document.ts';
import { memoryMedium, type LogMedium } from './medium.ts';

const collection = 'completions';
const [first, today] = await Promise.all([LogNames.load([]), LogNames.load(pastLenses)]);
const { notesIn } = must(first.subject(collection), 'completions are synced');

let revisions = 0;
const kept = () => ({
  _deleted: false,
  _attachments: {},
  _rev: `${String(++revisions)}-test`,
  _meta: { lwt: 1_795_000_000_000 + revisions },
});

/** As an app of number 1 writes it. */
function piece(fields: object): LogDocument {
  return { id: uuidv7(), version: 1, minutesSpent: 10, clockOffsetMs: 2, evidenceKind: 'written', ...fields, ...kept() };
}

function note({ _rev, _meta, _attachments, ...docData }: LogDocument): LogDocument {
  return { id: noteId(docData.id), isCheckpoint: '0', itemId: docData.id, docData, ...kept() };
}

const open = (medium: LogMedium, names: LogNames, onDamage = () => undefined) =>
  Log.open({ medium, names, channel: null, onUnsent: () => undefined, onDamage });
const content = ({ _rev, _meta, _attachments, _deleted, ...fields }: LogDocument) => fields;
/** Of all that is not gone, in the order in which it was made. */
const contents = (log: Log) =>
  [...log.state.documents(collection).values()]
    .filter(({ _deleted }) => !_deleted)
    .map(content)
    .sort((one, other) => (one.id < other.id ? -1 : 1));

/** What an app of number 1 has left on the device: pulled, changed since and made here, and where it had asked up to. */
async function leftByNumber1() {
  const medium = memoryMedium();
  const log = await open(medium, first);
  const [pulled, old, own] = [piece({}), piece({ writtenWork: 'old' }), piece({ version: 0 })] as const;
  await log.write(collection, [{ document: pulled }, { document: old }], 'replication-downstream-test');
  await log.write(notesIn, [{ document: note(pulled) }, { document: note(old) }], 'replication-down-write-meta');
  const checkpoint = { id: 'down|1', isCheckpoint: '1', itemId: 'down', checkpointData: { epoch: 1 }, ...kept() };
  await log.write(notesIn, [{ document: checkpoint }], 'replication-set-checkpoint');
  const changed = { ...old, writtenWork: 'new', ...kept() };
  await log.write(collection, [{ document: changed, previous: old }, { document: own }], 'a person');
  await log.close();
  const lifted = ({ minutesSpent, ...fields }: Record<string, unknown>) => ({ ...fields, minutes: minutesSpent, clockOffsetMs: 2000 });
  return { medium, own, changed, before: [pulled, changed, own].map((document) => lifted(content(document))) };
}

describe('S28: a log that an older app has left', () => {
  it('is read in today’s shape; what was not sent still waits, and what the server has is asked anew', async () => {
    const { medium, before, changed, own } = await leftByNumber1();
    const log = await open(medium, today);
    expect(contents(log)).toEqual(before);
    expect(log.state.unsent.idsOf(collection).sort()).toEqual([changed.id, own.id].sort());
    expect(log.state.documents(notesIn).get(noteId(changed.id))?.['docData']).toMatchObject({ minutes: 10, writtenWork: 'old' });
    expect(log.state.documents(notesIn).has('down|1')).toBe(false);
    await log.close();
  });

  it('is lifted once, however often it is opened, written and rewritten, and keeps where it has asked up to since', async () => {
    const { medium, before } = await leftByNumber1();
    const expected: unknown[] = [...before];
    for (let times = 0; times < 3; times++) {
      const log = await open(medium, today);
      expect(contents(log)).toEqual(expected);
      const later: LogDocument = { id: uuidv7(), version: 2, minutes: 5, clockOffsetMs: 5000, feeling: 'ok', ...kept() };
      const passing: LogDocument = { id: uuidv7(), version: 2, minutes: 5, ...kept() };
      await log.write(collection, [{ document: later }, { document: passing }], 'replication-downstream-test');
      const checkpoint = { id: 'down|1', isCheckpoint: '1', itemId: 'down', checkpointData: { epoch: 1, times }, ...kept() };
      const previous = log.state.documents(notesIn).get('down|1');
      await log.write(notesIn, [{ document: checkpoint, ...(previous && { previous }) }], 'replication-set-checkpoint');
      // What is gone makes the log be written anew.
      const gone = { ...passing, ...kept(), _deleted: true };
      await log.write(collection, [{ document: gone, previous: passing }], 'replication-downstream-test');
      expected.push(content(later));
      await log.close();
    }
    const again = await open(medium, today);
    expect(contents(again)).toEqual(expected);
    expect(again.state.documents(notesIn).get('down|1')?.['checkpointData']).toEqual({ epoch: 1, times: 2 });
    await again.close();
  });

  it('gives back what can be read of it, in today’s shape, where it is damaged', async () => {
    const { medium, before } = await leftByNumber1();
    const damaged: LogMedium = {
      ...medium,
      readAfter: async (number) =>
        (await medium.readAfter(number)).map((entry) => (entry.number === 2 ? { ...entry, bytes: null } : entry)),
    };
    let damages = 0;
    const log = await open(damaged, today, () => void damages++);
    expect(damages).toBe(1);
    expect(contents(log)).toEqual(before);
    await log.close();
  });
});
