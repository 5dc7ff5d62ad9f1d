import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { CollectionName } from '#domain/collections/index.ts';
import { clubId, completionId, studentId } from '#domain/ids.ts';
import { TestDevice } from './testing/device.ts';
import { ModelServer, type Fault } from './testing/model-server.ts';
import { seededRandom } from './testing/seeded-random.ts';

/** Two devices of one child against the model of the protocol, with faults; the real server has its own simulation. */
const synced: readonly CollectionName[] = ['completions', 'reviews', 'receipts'];
const club = v.parse(clubId, uuidv7());

for (let seed = 1; seed <= 12; seed++) {
  it(`I2, I3, I5: two devices agree with the server after faults (seed ${String(seed)})`, { timeout: 20_000 }, () => simulate(seed));
}

async function simulate(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const chance = (probability: number) => random() < probability;
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const owner = { schoolId: uuidv7(), userId: uuidv7() };
  const child = v.parse(studentId, owner.userId);
  const server = new ModelServer();
  const faults: Fault[] = ['none', 'none', 'none', 'offline', 'broken', 'answer_lost'];
  let isFaulty = true;
  server.fault = () => (isFaulty ? (pick(faults) ?? 'none') : 'none');
  const refused = new Set<string>();
  server.refuse = (_collection, document) => (refused.has(document.id) ? { code: 'not_allowed', message: 'No longer.' } : null);
  const devices = [0, 1].map(() => new TestDevice({ owner, fetch: server.fetch, collections: synced, random, pageSize: 5 }));
  const written = new Set<string>();
  const takenBack = new Set<string>();

  try {
    await run();
  } finally {
    for (const device of devices) await device.dispose();
  }

  async function run() {
    for (const device of devices) await device.start();
    for (let step = 0; step < 60; step++) {
      const device = pick(devices);
      if (!device) continue;
      const here = await device.database.find('completions');
      const one = pick(here);
      const action = random();
      if (action < 0.35) {
        const id = await device.homework.log({
          studentId: child,
          clubId: club,
          evidenceKind: 'written',
          completionDate: '2026-11-24',
          writtenWork: `step ${String(step)}`,
        });
        written.add(id);
        if (chance(0.1)) refused.add(id);
      } else if (action < 0.5 && one)
        await unlessGone(device.homework.change(v.parse(completionId, one.id), { writtenWork: `changed ${String(step)}`, minutes: step }));
      else if (action < 0.55 && one) {
        await device.homework.remove(v.parse(completionId, one.id));
        takenBack.add(one.id);
      } else if (action < 0.65) server.write('receipts', { studentId: owner.userId, status: 'submitted' });
      else if (action < 0.7) {
        const [gone] = pick(server.visible('completions')) ?? [];
        if (gone !== undefined) server.remove('completions', gone);
      } else if (action < 0.78) {
        await device.kill();
        await device.start();
      } else if (action < 0.9) device.engine.syncNow();
      if (chance(0.4)) await new Promise((resolve) => setTimeout(resolve, random() * 15));
    }

    isFaulty = false;
    for (const device of devices) await agree(device, server, seed);
    // The second may have sent what the first then had to learn.
    for (const device of devices) await agree(device, server, seed);
    for (const device of devices) {
      for (const collection of synced)
        expect(await device.versions(collection), `I2 ${collection}, seed ${String(seed)}`).toEqual(server.visible(collection));
      expect(device.database.unsent.list.all(), `I3 nothing waits, seed ${String(seed)}`).toEqual([]);
    }
    const aside = new Set((await Promise.all(devices.map((device) => device.own.quarantine()))).flat().map(({ id }) => id));
    const known = server.rows.get('completions');
    for (const id of written)
      expect(known?.has(id) === true || aside.has(id) || takenBack.has(id), `I3 ${id}, seed ${String(seed)}`).toBe(true);
  }
}

/** A pull may have taken the document away between the choice and the change. */
async function unlessGone(change: Promise<void>): Promise<void> {
  await change.catch((reason: unknown) => {
    if (!(reason instanceof Error && reason.message.includes('is on this device'))) throw reason;
  });
}

async function agree(device: TestDevice, server: ModelServer, seed: number): Promise<void> {
  for (let round = 0; round < 50; round++) {
    device.engine.syncNow();
    await device.engine.settled(4_000);
    const here = JSON.stringify(await Promise.all(synced.map((collection) => device.versions(collection))));
    const isSent = device.database.unsent.list.size === 0;
    if (isSent && here === JSON.stringify(synced.map((collection) => server.visible(collection)))) return;
    // What is left is for the digest to heal.
    if (round % 5 === 4) await device.engine.digest();
  }
  expect.fail(
    `seed ${String(seed)}: no agreement; waits ${JSON.stringify(device.database.unsent.list.all())}, facts ${JSON.stringify(device.engine.facts)}`,
  );
}
