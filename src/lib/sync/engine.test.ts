import * as v from 'valibot';
import { expect, it, vi } from 'vitest';
import { completionId } from '#domain/ids.ts';
import { FakeStream } from './testing/fake-stream.ts';
import { ModelServer, type Fault } from './testing/model-server.ts';
import { child, fields, homework, useDevices, wait } from './testing/scene.ts';

const device = useDevices();

it('S8: reaches the first screen in one pull for all collections', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 30; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await (await device(server)).start();
  expect(await tablet.engine.settled(3000)).toBe(true);
  const [first] = server.requests;
  expect(Object.keys(Object(first?.body['collections']))).toHaveLength(tablet.database.collectionNames.length);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S11: a screenful of the newest is there before all the rest is asked for', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 350; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await device(server);
  const here: (readonly (readonly [string, number])[])[] = [];
  server.fault = async ({ path }): Promise<Fault> => {
    if (path === '/api/sync/pull') here.push(await tablet.versions('completions'));
    return 'none';
  };
  await tablet.start();
  expect(await tablet.engine.settled(5000)).toBe(true);
  const newest = server
    .visible('completions')
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 100);
  expect(here.slice(0, 2)).toEqual([[], newest.toSorted(([one], [other]) => (one < other ? -1 : 1))]);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S11: knows when all that the server had is kept, and remembers it, also without a network', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 350; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await device(server);
  let pulls = 0;
  server.fault = ({ path }) => (path === '/api/sync/pull' && ++pulls > 1 ? 'offline' : 'none');
  await tablet.start();
  await vi.waitFor(async () => {
    expect(await tablet.versions('completions')).toHaveLength(100);
  }, 3000);
  expect(tablet.engine.facts.hasBeenWhole).toBe(false);
  await tablet.kill();
  await tablet.start();
  expect(tablet.engine.facts.hasBeenWhole).toBe(false);
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(tablet.engine.facts.hasBeenWhole).toBe(true);
  expect(await tablet.versions('completions')).toHaveLength(350);
  server.fault = () => 'offline';
  await tablet.kill();
  await tablet.open();
  expect(tablet.engine.facts.hasBeenWhole).toBe(true);
});

it('S12, S13: what was logged offline arrives once and gets its version', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework());
  expect(tablet.database.unsent.list.size).toBe(1);
  await wait(50);
  server.fault = () => 'none';
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(3000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'I read a whole chapter.' });
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S16: a network that is slow to come back costs all collections one short wait, not each of them a longer one', async () => {
  const server = new ModelServer();
  server.write('completions', fields('piece'));
  const asked: number[] = [];
  server.fault = ({ path, body }) => {
    if (path !== '/api/sync/pull') return 'none';
    asked.push(Object.keys(Object(body['collections'])).length);
    return asked.length <= 2 ? 'offline' : 'none';
  };
  const tablet = await (await device(server, { random: () => 0 })).start();
  // Half a second and then one: a minute if each collection's failure doubled it.
  expect(await tablet.engine.settled(4000)).toBe(true);
  const all = tablet.database.collectionNames.length;
  expect(asked.slice(0, 3)).toEqual([all, all, all]);
});

it('S28: an app that is too old to be served sends what waits all the same, and says that it wants an update', async () => {
  const server = new ModelServer();
  server.fault = ({ path }) => (path === '/api/sync/push' ? 'none' : 'too_old');
  const tablet = await (await device(server)).start();
  const id = await tablet.homework.log(homework());
  await vi.waitUntil(() => tablet.database.unsent.list.size === 0, 3000);
  expect(server.get('completions', id)).toMatchObject({ writtenWork: 'I read a whole chapter.' });
  expect(tablet.engine.facts).toMatchObject({ isTooOld: true });
});

it('S28: what a device does not know yet of a piece, as after an update, is no reason to refuse a change of the rest', async () => {
  const server = new ModelServer();
  const { feeling: _unknown, ...known } = fields('as it was');
  const id = server.write('completions', known);
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  await expect(tablet.homework.change(v.parse(completionId, id), { minutes: -1 })).rejects.toThrow();
  await tablet.homework.change(v.parse(completionId, id), { minutes: 25 });
  expect(await tablet.engine.settled(3000)).toBe(true);
  expect(server.get('completions', id)).toMatchObject({ minutes: 25, writtenWork: 'as it was' });
});

it('S13: an answer that was lost after the commit makes nothing twice', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  let lost = 0;
  server.fault = ({ path }) => (path === '/api/sync/push' && lost++ === 0 ? 'answer_lost' : 'none');
  await tablet.homework.log(homework());
  await wait(20);
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(lost).toBeGreaterThan(1);
  expect(server.visible('completions')).toHaveLength(1);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('a mark never arrives before the homework that it marks', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const laptop = await (await device(server)).start();
  const completion = await laptop.homework.log(homework('on paper'));
  await laptop.homework.review({ completionId: completion, studentId: child, verdict: 'approved' });
  server.fault = async ({ body }): Promise<Fault> => {
    if (body['collection'] === 'completions') await wait(50);
    return 'none';
  };
  laptop.engine.syncNow();
  expect(await laptop.engine.settled(5000)).toBe(true);
  const pushed = server.requests.filter(({ path }) => path === '/api/sync/push').map(({ body }) => body['collection']);
  expect(pushed.lastIndexOf('reviews')).toBeGreaterThan(pushed.indexOf('completions'));
  expect(server.visible('reviews')).toHaveLength(1);
});

it('401 holds all calls, keeps the work, and goes on after the next sign-in', async () => {
  const server = new ModelServer();
  const tablet = await (await device(server)).start();
  await tablet.engine.settled(3000);
  server.isSignedIn = false;
  await tablet.homework.log(homework());
  await vi.waitFor(() => {
    expect(tablet.engine.facts).toMatchObject({ isSessionLive: false, unsent: 1 });
  }, 10_000);
  const asked = server.requests.length;
  tablet.engine.syncNow();
  await wait(60);
  expect(server.requests.length).toBe(asked);
  server.isSignedIn = true;
  tablet.engine.sessionRenewed();
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(server.visible('completions')).toHaveLength(1);
});

it('S10: pages are followed to the end in both directions', async () => {
  const server = new ModelServer();
  for (let number = 0; number < 95; number++) server.write('completions', fields(`piece ${String(number)}`));
  const tablet = await (await device(server, { pageSize: 10 })).start();
  // Somebody writes while the first sync still goes back (S11).
  server.fault = ({ path }) => {
    if (path === '/api/sync/pull' && server.requests.length === 4)
      for (let number = 0; number < 15; number++) server.write('completions', fields('meanwhile'));
    return 'none';
  };
  expect(await tablet.engine.settled(5000)).toBe(true);
  expect(await tablet.versions('completions')).toEqual(server.visible('completions'));
});

it('S27: a contact counts only once all that the server had is kept, and by the server’s time', async () => {
  const server = new ModelServer();
  server.aheadMs = 3_600_000;
  for (let number = 0; number < 60; number++) server.write('completions', fields(`piece ${String(number)}`));
  let isCut = true;
  server.fault = () => (isCut && server.requests.length > 2 ? 'offline' : 'none');
  const tablet = await (await device(server, { pageSize: 10 })).start();
  await vi.waitFor(() => {
    expect(server.requests.length).toBeGreaterThan(3);
  }, 10_000);
  // Something has been answered, but not all: what has been revoked meanwhile may still be here.
  expect(tablet.offsetMs).not.toBeNull();
  expect(tablet.contacts).toEqual([]);

  isCut = false;
  tablet.engine.syncNow();
  expect(await tablet.engine.settled(5000)).toBe(true);
  await vi.waitFor(() => {
    expect(tablet.contacts).not.toEqual([]);
  }, 10_000);
  expect(Math.abs((tablet.contacts[0] ?? 0) - server.aheadMs - Date.now())).toBeLessThan(30_000);
});

it('S16: tells whoever waits beside the documents when the server is heard again, once for each silence', async () => {
  const stream = new FakeStream();
  const onLive = vi.fn();
  const tablet = await (await device(new ModelServer(), { openStream: () => stream, onLive })).start();
  expect(await tablet.engine.settled(3000)).toBe(true);
  expect(onLive).not.toHaveBeenCalled();
  for (const said of ['heartbeat', 'heartbeat']) stream.say(said);
  expect(onLive).toHaveBeenCalledTimes(1);
  // The browser reconnects by itself.
  for (const said of ['error', 'heartbeat']) stream.say(said);
  expect(onLive).toHaveBeenCalledTimes(2);
});
