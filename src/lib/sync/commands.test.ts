import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { clubId, completionId, studentId } from '#domain/ids.ts';
import { ask } from '../data/commands.ts';
import { move, moveBack } from '../data/moves.ts';
import type { TestDevice } from './testing/device.ts';
import { ModelServer } from './testing/model-server.ts';
import { owner, useDevices } from './testing/scene.ts';

const child = v.parse(studentId, uuidv7());
const club = v.parse(clubId, uuidv7());
const now = () => new Date('2026-11-24T16:00:00.000Z');
const open = useDevices();

const device = async (server: ModelServer) => (await open(server)).start();
function flag(desk: TestDevice, completion: string, words: string | null = 'It worries me.'): Promise<string> {
  const payload = { studentId: child, completionId: v.parse(completionId, completion), words };
  return ask({ database: desk.database, now }, { kind: 'flag_to_safeguarding_lead', payload });
}
const only = async (desk: TestDevice) => (await desk.database.find('commands'))[0];

it('S31: what is asked offline waits, arrives in its author’s name, and is forgotten once it is done', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const desk = await device(server);
  const piece = uuidv7();
  await flag(desk, piece);
  expect(desk.database.unsent.list.idsOf('commands')).toHaveLength(1);
  server.fault = () => 'none';
  desk.engine.syncNow();
  expect(await desk.engine.settled(3000)).toBe(true);
  const [[id] = ['']] = server.visible('commands');
  const arrived = server.get('commands', id);
  expect(arrived).toMatchObject({
    userId: owner.userId,
    kind: 'flag_to_safeguarding_lead',
    capturedAt: '2026-11-24T16:00:00.000Z',
    payload: { studentId: child, completionId: piece, words: 'It worries me.' },
  });

  const { payload: _forgotten, ...settled } = { payload: null, ...arrived };
  server.write('commands', settled);
  desk.engine.syncNow();
  expect(await desk.engine.settled(3000)).toBe(true);
  expect(await only(desk)).not.toHaveProperty('payload');
  expect(await desk.versions('commands')).toEqual(server.visible('commands'));
  expect(await desk.own.quarantine()).toEqual([]);
});

it('S31: after a restored backup a settled command is offered again as it stands, and never set aside (S3)', async () => {
  const server = new ModelServer();
  const desk = await device(server);
  await flag(desk, uuidv7());
  expect(await desk.engine.settled(3000)).toBe(true);
  const [[id] = ['']] = server.visible('commands');
  const { payload: _forgotten, ...settled } = { payload: null, ...server.get('commands', id) };
  server.write('commands', settled);
  desk.engine.syncNow();
  expect(await desk.engine.settled(3000)).toBe(true);

  await desk.engine.digest();
  server.restore({ commands: [id] });
  desk.engine.syncNow();
  await expect.poll(() => server.get('commands', id), { timeout: 3000 }).toBeDefined();
  expect(await desk.engine.settled(3000)).toBe(true);
  expect(server.get('commands', id)).toMatchObject({ id, kind: 'flag_to_safeguarding_lead' });
  expect(server.get('commands', id)).not.toHaveProperty('payload');
  expect(await desk.own.quarantine()).toEqual([]);
  expect(await desk.versions('commands')).toEqual(server.visible('commands'));
});

it('S31: what is refused goes from the collection and is kept for its author, words and all', async () => {
  const server = new ModelServer();
  server.refuse = (collection) => (collection === 'commands' ? { code: 'not_allowed', message: 'Out of reach.' } : null);
  const desk = await device(server);
  await flag(desk, uuidv7());
  expect(await desk.engine.settled(3000)).toBe(true);
  expect(await only(desk)).toBeUndefined();
  expect(await desk.own.quarantine()).toMatchObject([
    { collection: 'commands', code: 'not_allowed', fields: { payload: { studentId: child, words: 'It worries me.' } } },
  ]);
});

it('S31: a command goes after the homework that it names', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const desk = await device(server);
  const piece = await desk.homework.log({ studentId: child, clubId: club, evidenceKind: 'written', completionDate: '2026-11-24' });
  await flag(desk, piece);
  // Homework is slow to be taken: the command waits for it all the same.
  let refusals = 3;
  server.fault = ({ path, body }) =>
    path === '/api/sync/push' && body['collection'] === 'completions' && refusals-- > 0 ? 'broken' : 'none';
  desk.engine.syncNow();
  expect(await desk.engine.settled(8000)).toBe(true);
  const pushed = server.requests.filter(({ path }) => path === '/api/sync/push').map(({ body }) => body['collection']);
  expect(pushed.lastIndexOf('completions')).toBeLessThan(pushed.lastIndexOf('commands'));
  expect(server.get('completions', piece)).toBeDefined();
  expect(server.visible('commands')).toHaveLength(1);
});

it('S31: what says too much or too little is not asked at all', async () => {
  const desk = await device(new ModelServer());
  await expect(flag(desk, uuidv7(), 'a'.repeat(2001))).rejects.toThrow('2,000 characters');
  const placing = { studentId: child, clubId: club, level: 2, reason: '  ' };
  await expect(ask({ database: desk.database, now }, { kind: 'place_on_level', payload: placing })).rejects.toThrow('Say why.');
  expect(await only(desk)).toBeUndefined();
});

describe('S31: a move', () => {
  const other = v.parse(studentId, uuidv7());
  const asked = () => ({ studentId: child, completionId: v.parse(completionId, uuidv7()), toStudentId: other });

  it('is undone by moving the piece back from where it will be, after it, though neither was sent yet', async () => {
    const server = new ModelServer();
    server.fault = () => 'offline';
    const desk = await device(server);
    const first = asked();
    const { newCompletionId } = await move({ database: desk.database, now }, first);
    await moveBack({ database: desk.database, now }, { ...first, newCompletionId });
    server.fault = () => 'none';
    desk.engine.syncNow();
    expect(await desk.engine.settled(3000)).toBe(true);
    const pushed = server.requests
      .filter(({ path, body }) => path === '/api/sync/push' && body['collection'] === 'commands')
      .flatMap(({ body }) => body['rows'] as { newDocumentState: { payload: object } }[]);
    const payloads = pushed.map(({ newDocumentState: { payload } }) => payload);
    expect(payloads.slice(-2)).toEqual([
      { ...first, newCompletionId },
      { studentId: other, completionId: newCompletionId, toStudentId: child, newCompletionId: expect.any(String) as string },
    ]);
  });

  it('to the same child is not asked at all', async () => {
    const desk = await device(new ModelServer());
    await expect(move({ database: desk.database, now }, { ...asked(), toStudentId: child })).rejects.toThrow('another child');
    expect(await only(desk)).toBeUndefined();
  });
});
