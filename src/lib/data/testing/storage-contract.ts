import fc from 'fast-check';
import {
  getChangedDocumentsSince,
  getRxReplicationMetaInstanceSchema,
  normalizeMangoQuery,
  prepareQuery,
  type RxStorageDefaultCheckpoint,
} from 'rxdb/plugins/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate, generatedContent, generatedQuery, toMango, type GeneratedQuery } from './query-reference.ts';
import { byId, changed, completionsSchema, Doors, gone, piece, row, stamp, type Instance, type StoragePlace } from './storage-place.ts';

/** Generated cases are the same in each run. */
const seeded = { seed: 20_261_128 };

/** What RxDB's storages promise, as far as this app depends on it: one suite for each storage that it could run on. */
export function storageContract(name: string, place: () => StoragePlace): void {
  describe(`the storage contract, ${name}`, () => {
    let doors: Doors;

    beforeEach(() => {
      doors = new Doors(place());
    });

    afterEach(() => doors.closeAll());

    const words = async (instance: Instance, ids: string[], withDeleted = false) =>
      (await instance.findDocumentsById(ids, withDeleted)).toSorted(byId).map(({ writtenWork }) => writtenWork);

    it('finds by id what was written, and what is gone only when it is asked for', async () => {
      const instance = await doors.completions();
      const [one, two] = [piece({ writtenWork: 'one' }), piece({ writtenWork: 'two' })];
      expect((await instance.bulkWrite([row(one), row(two)], 'test')).error).toEqual([]);
      expect((await instance.bulkWrite([row(gone(two), two)], 'test')).error).toEqual([]);
      const ids = [one.id, two.id, piece().id];
      expect(await words(instance, ids)).toEqual(['one']);
      expect(await words(instance, ids, true)).toEqual(['one', 'two']);
      expect(await instance.findDocumentsById([one.id], false)).toEqual([one]);
    });

    it('refuses a row that builds on another revision than the one that stands, says which stands, and takes the other rows', async () => {
      const instance = await doors.completions();
      const [one, two] = [piece({ writtenWork: 'one' }), piece({ writtenWork: 'two' })];
      await instance.bulkWrite([row(one), row(two)], 'test');
      const first = changed(one, { writtenWork: 'first' });
      await instance.bulkWrite([row(first, one)], 'test');
      const late = changed(one, { writtenWork: 'late' });
      const three = piece({ writtenWork: 'three' });
      const { error } = await instance.bulkWrite(
        [row(late, one), row(changed(two, { writtenWork: 'two, changed' }), two), row(three)],
        'test',
      );
      expect(error).toMatchObject([{ status: 409, isError: true, documentId: one.id, documentInDb: first }]);
      expect(await words(instance, [one.id, two.id, three.id])).toEqual(['first', 'two, changed', 'three']);
    });

    it('takes a new document of an id that is there for a conflict, even where that one is gone, and for a change of it otherwise', async () => {
      const instance = await doors.completions();
      const one = piece({ writtenWork: 'one' });
      await instance.bulkWrite([row(one)], 'test');
      const again = piece({ id: one.id, writtenWork: 'again' });
      expect((await instance.bulkWrite([row(again)], 'test')).error).toMatchObject([{ status: 409, documentId: one.id }]);
      const removed = gone(one);
      await instance.bulkWrite([row(removed, one)], 'test');
      expect((await instance.bulkWrite([row(again)], 'test')).error).toMatchObject([{ status: 409, documentInDb: removed }]);
      expect(await words(instance, [one.id])).toEqual([]);
      expect((await instance.bulkWrite([row(changed(removed, { writtenWork: 'again', _deleted: false }), removed)], 'test')).error).toEqual(
        [],
      );
      expect(await words(instance, [one.id])).toEqual(['again']);
    });

    it('answers and counts every query as a plain evaluation of all documents does', async () => {
      const instance = await doors.completions();
      const contents = fc.sample(generatedContent, { ...seeded, numRuns: 60 });
      const documents = contents.map(({ isGone, ...content }) => piece({ ...content, _deleted: isGone }));
      await instance.bulkWrite(
        documents.map((document) => row(document)),
        'test',
      );
      const ask = async (query: GeneratedQuery) => {
        const prepared = prepareQuery(completionsSchema, normalizeMangoQuery(completionsSchema, toMango(query)));
        return { found: (await instance.query(prepared)).documents, prepared };
      };
      await fc.assert(
        fc.asyncProperty(generatedQuery, async (query) => {
          const { found } = await ask(query);
          expect(found.map(({ id }) => id)).toEqual(evaluate(query, documents).map(({ id }) => id));
          // RxDB counts neither with a limit nor with a skip.
          const whole = { ...query, skip: 0, limit: undefined };
          expect((await instance.count((await ask(whole)).prepared)).count).toBe(evaluate(whole, documents).length);
        }),
        { ...seeded, numRuns: 100 },
      );
    });

    it('tells of each write once, in the order of the writes, with what was there before; of what it refused, nothing', async () => {
      const instance = await doors.completions();
      const told: unknown[] = [];
      instance.changeStream().subscribe(({ events, context }) => {
        for (const event of events) {
          const before = event.operation === 'INSERT' ? undefined : event.previousDocumentData?._rev;
          told.push([context, event.operation, event.documentId, event.documentData._rev, before]);
        }
      });
      const one = piece();
      const two = changed(one, { minutes: 20 });
      const last = gone(two);
      await instance.bulkWrite([row(one)], 'first');
      await instance.bulkWrite([row(two, one)], 'second');
      await instance.bulkWrite([row(changed(one, { minutes: 30 }), one)], 'refused');
      await instance.bulkWrite([row(last, two)], 'third');
      expect(told).toEqual([
        ['first', 'INSERT', one.id, one._rev, undefined],
        ['second', 'UPDATE', one.id, two._rev, one._rev],
        ['third', 'DELETE', one.id, last._rev, two._rev],
      ]);
    });

    it('S22: pages through what has changed since a checkpoint: each once, as it stands now, in the order of the writes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(9), fc.constantFrom('change', 'remove')), { minLength: 1, maxLength: 40 }),
          fc.integer({ min: 1, max: 7 }),
          async (writes, pageSize) => {
            const instance = await doors.completions();
            const before = new Map((await everything(instance)).map((document) => [document.id, document]));
            const ids = [...before.keys()];
            const standing = new Map(before);
            for (const [number, kind] of writes) {
              const there = standing.get(ids[number] ?? '');
              const next = there ? (kind === 'remove' ? gone(there) : changed(there, { minutes: number, _deleted: false })) : piece();
              if (!there) ids[number] = next.id;
              standing.set(next.id, next);
              expect((await instance.bulkWrite([row(next, there)], 'test')).error).toEqual([]);
            }
            const inOrder = [...standing.values()].toSorted((one, other) => one._meta.lwt - other._meta.lwt);
            const found: unknown[] = [];
            let checkpoint: RxStorageDefaultCheckpoint | undefined;
            for (;;) {
              const page = await getChangedDocumentsSince<(typeof inOrder)[number], RxStorageDefaultCheckpoint>(
                instance as never,
                pageSize,
                checkpoint,
              );
              found.push(...page.documents);
              checkpoint = page.checkpoint;
              if (page.documents.length < pageSize) break;
            }
            expect(found).toEqual(inOrder);
            await doors.close(instance);
          },
        ),
        { ...seeded, numRuns: 12 },
      );
    });

    it('has after a restart what it had before, what is gone among it, and knows whose revision is the last', async () => {
      const instance = await doors.completions();
      const [one, two] = [piece({ writtenWork: 'one' }), piece({ writtenWork: 'two' })];
      await instance.bulkWrite([row(one), row(two)], 'test');
      const first = changed(one, { writtenWork: 'first' });
      const removed = gone(two);
      expect((await instance.bulkWrite([row(first, one), row(removed, two)], 'test')).error).toEqual([]);
      await doors.close(instance);
      const again = await doors.completions();
      expect((await again.findDocumentsById([one.id, two.id], true)).toSorted(byId)).toEqual([first, removed].toSorted(byId));
      const { error } = await again.bulkWrite([row(changed(one, { writtenWork: 'late' }), one)], 'test');
      expect(error).toMatchObject([{ status: 409, documentInDb: first }]);
    });

    it('I3: keeps what is being written while it is closed, or says that it has not', async () => {
      const instance = await doors.completions();
      const one = piece({ writtenWork: 'one' });
      const writing = instance.bulkWrite([row(one)], 'test').then(
        ({ error }) => error.length === 0,
        () => false,
      );
      await doors.close(instance);
      const isKept = await writing;
      expect(await words(await doors.completions(), [one.id])).toEqual(isKept ? ['one'] : []);
    });

    it('cleans up what has been gone for long, now and after a restart, and nothing else', async () => {
      const instance = await doors.completions();
      const [kept, old] = [piece({ writtenWork: 'kept' }), piece({ writtenWork: 'old' })];
      await instance.bulkWrite([row(kept), row(old)], 'replication-downstream-test');
      await instance.bulkWrite([row(gone(old), old)], 'replication-downstream-test');
      const age = Date.now() - old._meta.lwt;
      expect(await instance.cleanup(age + 86_400_000)).toBe(true);
      expect(await words(instance, [kept.id, old.id], true)).toEqual(['kept', 'old']);
      while (!(await instance.cleanup(age - 86_400_000)));
      expect(await words(instance, [kept.id, old.id], true)).toEqual(['kept']);
      await doors.close(instance);
      const again = await doors.completions();
      expect(await words(again, [kept.id, old.id], true)).toEqual(['kept']);
      expect((await again.bulkWrite([row(piece({ id: old.id, writtenWork: 'anew' }))], 'test')).error).toEqual([]);
      expect(await words(again, [kept.id, old.id])).toEqual(['kept', 'anew']);
    });

    it('S17: shows in one tab what another has written, and refuses there what builds on older', async () => {
      const [here, there] = [await doors.completions(true), await doors.completions(true)];
      const told: string[] = [];
      there.changeStream().subscribe(({ events }) => {
        told.push(...events.map(({ documentId, documentData }) => `${documentId} ${documentData._rev}`));
      });
      const one = piece({ writtenWork: 'one' });
      await here.bulkWrite([row(one)], 'test');
      const mine = changed(one, { writtenWork: 'mine' });
      await here.bulkWrite([row(mine, one)], 'test');
      await expect.poll(() => told).toEqual([`${one.id} ${one._rev}`, `${one.id} ${mine._rev}`]);
      expect(await words(there, [one.id])).toEqual(['mine']);
      const { error } = await there.bulkWrite([row(changed(one, { writtenWork: 'theirs' }), one)], 'test');
      expect(error).toMatchObject([{ status: 409, documentInDb: mine }]);
      await there.bulkWrite([row(changed(mine, { writtenWork: 'theirs, later' }), mine)], 'test');
      await expect.poll(() => words(here, [one.id])).toEqual(['theirs, later']);
    });

    it('S26: has nothing left after a removal, and can be opened anew', async () => {
      const instance = await doors.completions();
      const one = piece();
      await instance.bulkWrite([row(one)], 'test');
      await instance.remove();
      const again = await doors.completions();
      expect(await again.findDocumentsById([one.id], true)).toEqual([]);
      expect((await again.bulkWrite([row(piece({ id: one.id }))], 'test')).error).toEqual([]);
    });

    it('keeps replication’s notes and checkpoints beside the documents, each collection for itself', async () => {
      const schema = getRxReplicationMetaInstanceSchema(completionsSchema, false);
      const [documents, notes] = [await doors.completions(), await doors.open('rx-replication-meta-contract', schema)];
      const one = piece();
      await documents.bulkWrite([row(one)], 'test');
      const { _rev, _meta, _attachments, ...docData } = one;
      const note = stamp({ id: `${one.id}|0`, isCheckpoint: '0' as const, itemId: one.id, docData });
      const checkpoint = stamp({ id: 'down|1', isCheckpoint: '1' as const, itemId: 'down', checkpointData: { epoch: 1, forward: null } });
      expect((await notes.bulkWrite([{ document: note as never }, { document: checkpoint as never }], 'test')).error).toEqual([]);
      await doors.close(notes);
      const again = await doors.open('rx-replication-meta-contract', schema);
      expect((await again.findDocumentsById([note.id, checkpoint.id, one.id], true)).toSorted(byId)).toEqual(
        [note, checkpoint].toSorted(byId),
      );
      expect(await documents.findDocumentsById([note.id], true)).toEqual([]);
    });

    async function everything(instance: Instance) {
      const { documents } = await getChangedDocumentsSince<Awaited<ReturnType<Instance['query']>>['documents'][number], unknown>(
        instance as never,
        10_000,
      );
      return documents;
    }
  });
}
