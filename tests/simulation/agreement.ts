import { expect } from 'vitest';
import { isSameContent } from '#domain/sync/merge.ts';
import type { PullResponse } from '#domain/sync/protocol.ts';
import type { Actor } from './actor.ts';
import { numberNow } from './app-of-an-age.ts';
import { arrived, expectedVersions, otherProgress, refusals, withoutFeeling } from './oracle.ts';
import type { Simulation } from './simulation.ts';

/** In words: which device holds what it should not, or lacks what it should hold, or still waits. */
export async function differences({ actors, world: { server } }: Simulation): Promise<string[]> {
  const found: string[] = [];
  for (const { name, device, person, collections } of actors) {
    for (const { collection, id } of device.database.unsent.list.all()) found.push(`${name} has not sent ${collection}/${id}`);
    const expectedOf = await expectedVersions(server.sql, person.id, collections);
    for (const collection of collections) {
      const here = new Map(await device.versions(collection));
      const expected = expectedOf.get(collection) ?? new Map<string, number>();
      for (const [id, version] of expected)
        if (here.get(id) !== version) found.push(`${name} has ${collection}/${id} at ${String(here.get(id))}, not ${String(version)}`);
      for (const id of here.keys()) if (!expected.has(id)) found.push(`${name} should not have ${collection}/${id}`);
    }
  }
  return found;
}

/** What must hold when it is quiet. */
export async function checkAgreement(simulation: Simulation): Promise<void> {
  const { actors, world, written, takenBack } = simulation;
  expect(await differences(simulation), 'I2').toEqual([]);
  for (const actor of actors) {
    expect(await otherContents(actor), `I2, contents on ${actor.name}`).toEqual([]);
    expect(await remains(simulation, actor), `I4, on ${actor.name}`).toEqual([]);
    expect(actor.device.failures, `${actor.name} kept every page`).toEqual([]);
  }
  expect(await otherProgress(world.server.adminUrl, world.school, [world.maya.id]), 'progress follows from the whole record').toEqual([]);
  const aside = new Set((await Promise.all(actors.map(({ device }) => device.own.quarantine()))).flat().map(({ id }) => id));
  const there = await arrived(world.server.sql, [...written]);
  const lost = [...written].filter((id) => !there.has(id) && !aside.has(id) && !takenBack.has(id));
  expect(lost, 'I3').toEqual([]);
  const unfelt = await withoutFeeling(world.server.sql, [...simulation.felt]);
  expect(
    unfelt.filter((id) => !aside.has(id)),
    'S28',
  ).toEqual([]);
  // A document may be refused for one reason as often as somebody wrote it, and no oftener for all the answers that were
  // lost. The reason may be another when it is judged again: the child has changed class meanwhile.
  const mostOften = (id: string) => (world.writes.get(id) ?? 0) + world.sentAgain;
  const tooOften = (await refusals(world.server.sql, [...written])).filter(({ id, count }) => count > mostOften(id));
  expect(tooOften, 'I5').toEqual([]);
}

/** Documents that say something else on the device than the server says to the same person. */
async function otherContents({ device, person, collections, app }: Actor): Promise<string[]> {
  const asked = Object.fromEntries(collections.map((collection) => [collection, { checkpoint: null, limit: 2000 }]));
  const { body } = await person.send('/api/sync/pull', { schema: numberNow, collections: asked });
  const found: string[] = [];
  for (const collection of collections) {
    const { documents } = (body as PullResponse).collections[collection] ?? { documents: [] };
    const ids = documents.map(({ id }) => id);
    const here = new Map((await device.database.stored(collection, ids, true)).map((document) => [document.id, document]));
    for (const document of documents)
      if (!isSameContent(app.known(collection, document), here.get(document.id) ?? {}))
        found.push(`${collection}/${document.id} reads otherwise`);
  }
  return found;
}

/** Documents of which words are left though they are gone for this person. What somebody took away here was never anybody else's. */
async function remains({ written, takenBack }: Simulation, { device, collections }: Actor): Promise<string[]> {
  const found: string[] = [];
  for (const collection of collections) {
    const stored = await device.database.stored(
      collection,
      [...written].filter((id) => !takenBack.has(id)),
      true,
    );
    for (const document of stored)
      if (document._deleted && JSON.stringify(document).includes('’s words')) found.push(`${collection}/${document.id}`);
  }
  return found;
}
