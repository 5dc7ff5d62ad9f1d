import * as v from 'valibot';
import { expect, it, vi } from 'vitest';
import { completionId } from '#domain/ids.ts';
import { stateHash, stateKey, writeNote } from '../data/delivery/sealing-note.ts';
import type { TestDevice } from './testing/device.ts';
import { ModelServer } from './testing/model-server.ts';
import { fields, homework, useDevices } from './testing/scene.ts';

/** S14–S16, S30: what is refused, clashes or came in an envelope. */

const device = useDevices();

/** What is unsent was sealed to the school, as when its person leaves. */
async function sealed(tablet: TestDevice): Promise<void> {
  const states: Record<string, string[]> = {};
  for (const { collection, id, own } of tablet.database.unsent.rows()) states[stateKey(collection, id)] = [await stateHash(own)];
  await writeNote(tablet.own, { holder: crypto.randomUUID(), envelopes: [], states });
}
it('S15, S27: words that are changed as their document goes are set aside, and do not come to lie on its tombstone', async () => {
  const server = new ModelServer();
  const id = v.parse(completionId, server.write('completions', fields('as it was')));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  await Promise.all([tablet.homework.remove(id), tablet.homework.change(id, { writtenWork: 'too late' })]);
  expect(JSON.stringify(await tablet.database.stored('completions', [id], true))).not.toContain('too late');
  expect(await tablet.own.quarantine()).toMatchObject([
    { collection: 'completions', id, kind: 'changed', fields: { writtenWork: 'too late' } },
  ]);
});

it('S14, S15, S16: one refused row is set aside, the rest of the batch arrives', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.refuse = (_collection, document) =>
    document['writtenWork'] === 'not this one' ? { code: 'not_allowed', message: 'You can no longer change this child’s homework.' } : null;
  const ids = await tablet.homework.logAll([homework('one'), homework('not this one'), homework('three')]);
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(2);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
  const [aside, ...others] = await tablet.own.quarantine();
  expect(others).toEqual([]);
  expect(aside).toMatchObject({
    collection: 'completions',
    id: ids[1],
    kind: 'created',
    code: 'not_allowed',
    fields: { writtenWork: 'not this one' },
  });
  await vi.waitFor(() => {
    expect(tablet.engine.facts.setAside).toBe(1);
  }, 10_000);
});

it('S15: a refused change is set aside by its changed fields alone, and the server’s state comes back', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.refuse = () => ({ code: 'already_marked', message: 'A teacher had already marked this, so it was not changed.' });
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'changed too late' });
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.own.quarantine()).toMatchObject([{ id, kind: 'changed', fields: { writtenWork: 'changed too late' } }]);
  expect(await tablet.database.get('completions', [id])).toMatchObject([{ writtenWork: 'as it was' }]);
});

it('merges two people’s changes by field; where both changed one field the server’s stands and the own is set aside', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'mine', minutes: 15 });
  server.write('completions', { ...fields('theirs'), id, feeling: 'easy' });
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'theirs', minutes: 15, feeling: 'easy' });
  expect(await tablet.own.quarantine()).toMatchObject([{ id, code: 'clash', fields: { writtenWork: 'mine' } }]);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('a document that is gone at the server keeps the person’s words in quarantine and nothing else on the device', async () => {
  const server = new ModelServer();
  const id = server.write('completions', fields('as it was'));
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  await tablet.homework.change(v.parse(completionId, id), { writtenWork: 'still mine' });
  server.remove('completions', id);
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.database.find('completions')).toEqual([]);
  expect(await tablet.own.quarantine()).toMatchObject([{ fields: { writtenWork: 'still mine' } }]);
  expect(JSON.stringify(await tablet.database.stored('completions', [id], true))).not.toContain('as it was');
});

it('S30: an earlier state of the own work, delivered in an envelope, is nobody else’s: what was written since stands', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.fault = () => 'offline';
  const ids = [await tablet.homework.log(homework('sealed one')), await tablet.homework.log(homework('sealed two'))] as const;
  await sealed(tablet);
  for (const { own } of tablet.database.unsent.rows()) server.write('completions', { ...own });
  await tablet.homework.change(ids[0], { writtenWork: 'written since' });
  await tablet.homework.remove(ids[1]);

  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', ids[0])).toMatchObject({ writtenWork: 'written since' });
  expect(server.get('completions', ids[1])).toBeUndefined();
  expect(await tablet.own.quarantine()).toEqual([]);
});

it('S15, S30: what somebody else wrote meanwhile stands, though the own work was sealed', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework('first'));
  expect(await tablet.engine.settled(3000)).toBe(true);
  server.fault = () => 'offline';
  await tablet.homework.change(id, { writtenWork: 'own' });
  await sealed(tablet);
  server.write('completions', { ...fields('of a parent'), id });
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'of a parent' });
  expect(await tablet.own.quarantine()).toMatchObject([{ id, code: 'clash', fields: { writtenWork: 'own' } }]);
});
