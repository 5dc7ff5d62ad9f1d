import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import type { Completion } from '#domain/collections/completions.ts';
import { clubId, completionId, studentId } from '#domain/ids.ts';
import { must } from '#domain/must.ts';
import type { TestDevice } from '../../src/lib/sync/testing/device.ts';
import type { Actor } from './actor.ts';
import { numberNow } from './app-of-an-age.ts';
import type { Event, Simulation } from './simulation.ts';
import { rights } from './world.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const jumps = [-21 * day, -day, -60 * minute, 60 * minute, day, 21 * day];

export const events: readonly Event[] = [
  { weight: 26, happen: async (simulation, actor) => `logs ${(await log(simulation, actor)) ?? 'nothing: it cannot be kept'}` },
  { weight: 16, happen: change },
  { weight: 12, happen: review },
  { weight: 4, happen: remove },
  {
    weight: 10,
    happen: async (_simulation, { device }) => {
      device.engine.syncNow();
      return 'syncs now';
    },
  },
  {
    weight: 7,
    happen: async (_simulation, { network }) => {
      network.isOff = !network.isOff;
      return network.isOff ? 'goes offline' : 'is online';
    },
  },
  {
    weight: 2,
    happen: async ({ stayOffline }, actor) => {
      stayOffline(actor);
      return 'goes offline for weeks';
    },
  },
  {
    weight: 7,
    happen: async (_simulation, actor) => {
      await actor.kill();
      await actor.start();
      return 'is killed and opened';
    },
  },
  { weight: 4, happen: killWhileWriting },
  { weight: 3, happen: rot },
  {
    weight: 3,
    happen: async (_simulation, { disk }) => {
      disk.isFull = true;
      return 'has a full disk until it is opened again';
    },
  },
  {
    weight: 4,
    happen: async ({ pick }, actor) => {
      actor.clock.errorMs += must(pick(jumps), 'there are jumps');
      return `has a clock that is ${String(actor.clock.errorMs / minute)} minutes off`;
    },
  },
  {
    weight: 8,
    happen: async ({ pick, world }) => {
      const right = must(pick(rights), 'there are rights');
      return `(${right}: ${(await world.toggle(right)) ? 'given' : 'gone'})`;
    },
  },
  { weight: 1, happen: async (simulation) => `(${await simulation.backUpOrRestore()})` },
  { weight: 1, happen: async ({ world }) => `(${String(await world.pruneTombstones())} tombstones and grants are pruned)` },
  { weight: 1, happen: clocksChange },
  { weight: 2, happen: writeInTwoTabs },
  {
    weight: 2,
    happen: async (simulation, actor) => {
      const before = actor.app.number;
      if (before === numberNow) return 'has the app of now';
      await simulation.update(actor);
      return `is updated from ${String(before)}`;
    },
  },
];

async function log(simulation: Simulation, actor: Actor, tab?: TestDevice): Promise<string | null> {
  const { world, pick, chance } = simulation;
  // A club that is not there is refused: a row among others that can be taken.
  const club = chance(0.08) ? uuidv7() : must(pick(world.clubs), 'there are clubs');
  const piece = {
    studentId: v.parse(studentId, world.maya.id),
    clubId: v.parse(clubId, club),
    evidenceKind: 'written' as const,
    completionDate: new Date().toISOString().slice(0, 10),
    writtenWork: simulation.words(actor),
  };
  return simulation.write(actor, (device) => (tab ?? device).homework.log(piece));
}

async function change(simulation: Simulation, actor: Actor): Promise<string> {
  const one = await some(simulation, actor);
  if (!one || actor.name === 'teacher') return 'changes nothing';
  // An app of before 3 does not know of feelings.
  const field = simulation.pick(['minutes', 'words', actor.app.number < 3 ? 'words' : 'feeling'] as const);
  const changed =
    field === 'minutes'
      ? { minutes: 1 + Math.floor(simulation.random() * 90) }
      : field === 'feeling'
        ? { feeling: must(simulation.pick(['easy', 'ok', 'tricky'] as const), 'there are feelings') }
        : { writtenWork: simulation.words(actor) };
  const isKept = await simulation.write(actor, async (device) => {
    await device.homework.change(v.parse(completionId, one.id), changed);
    return one.id;
  });
  if (isKept !== null && field === 'feeling') simulation.felt.add(one.id);
  return `changes ${String(field)} of ${one.id}`;
}

async function review(simulation: Simulation, actor: Actor): Promise<string> {
  const one = await some(simulation, actor);
  if (!one || actor.name !== 'teacher') return 'marks nothing';
  const verdict = simulation.chance(0.7) ? ('approved' as const) : ('returned' as const);
  const marked = { completionId: v.parse(completionId, one.id), studentId: one.studentId, verdict, comment: simulation.words(actor) };
  await simulation.write(actor, (device) => device.homework.review(marked));
  return `marks ${one.id}`;
}

async function remove(simulation: Simulation, actor: Actor): Promise<string> {
  const one = await some(simulation, actor);
  if (!one || actor.name !== 'tablet') return 'removes nothing';
  simulation.takeBack(one.id);
  await simulation.write(actor, async (device) => {
    await device.homework.remove(v.parse(completionId, one.id));
    return one.id;
  });
  return `removes ${one.id}`;
}

/** The clocks go back or forth in the same night, and somebody writes just before and just after. */
async function clocksChange(simulation: Simulation, actor: Actor): Promise<string> {
  const by = simulation.chance(0.5) ? -60 * minute : 60 * minute;
  const before = await log(simulation, actor);
  for (const { clock } of simulation.actors) clock.errorMs += by;
  const after = await log(simulation, actor);
  return `logs ${String(before)} and ${String(after)} as the clocks go by ${String(by / minute)} minutes`;
}

/** Two tabs of one device write at once; the second does not replicate. RxDB's limit lets another device be off meanwhile. */
async function writeInTwoTabs(simulation: Simulation, actor: Actor): Promise<string> {
  const other = must(
    simulation.actors.find(({ name }) => name === (actor.name === 'parent' ? 'laptop' : 'parent')),
    'there is another device',
  );
  await other.kill();
  const tab = await actor.openTab();
  try {
    const [here, there] = await Promise.all([log(simulation, actor), log(simulation, actor, tab)]);
    const one = there === null ? null : await simulation.write(actor, () => changeWords(simulation, actor, tab, there));
    // And what one tab has written the other changes, once it shows it.
    await new Promise((resolve) => setTimeout(resolve, 25));
    const two = here === null ? null : await simulation.write(actor, () => changeWords(simulation, actor, tab, here));
    return `logs ${String(here)}, and in another tab ${String(there)}, and changes there ${String(one)} and ${String(two)}`;
  } finally {
    await tab.dispose();
    await other.start();
  }
}

async function changeWords(simulation: Simulation, actor: Actor, device: TestDevice, id: string): Promise<string> {
  await device.homework.change(v.parse(completionId, id), { writtenWork: simulation.words(actor) });
  return id;
}

async function killWhileWriting(simulation: Simulation, actor: Actor): Promise<string> {
  const writing = log(simulation, actor);
  for (let ticks = Math.floor(simulation.random() * 6); ticks > 0; ticks--) await new Promise(setImmediate);
  await actor.kill();
  const id = await writing;
  await actor.start();
  return `is killed while it logs ${id ?? 'what is lost before it was kept'}`;
}

/** What is lost with an entry is lost: only what the server has is damaged, and must be there again. */
async function rot({ pick }: Simulation, actor: Actor): Promise<string> {
  if (actor.device.database.unsent.list.size > 0) return 'has a disk that holds';
  await actor.kill();
  await actor.disk.rot(pick);
  await actor.start();
  return 'finds a part of its disk damaged';
}

async function some({ world, pick }: Simulation, { device }: Actor): Promise<Completion | undefined> {
  return pick(await device.database.find('completions', { where: { studentId: v.parse(studentId, world.maya.id) } }));
}
