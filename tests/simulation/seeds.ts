import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAgreement, differences } from './agreement.ts';
import { startDeviceClocks } from './device-clock.ts';
import { events } from './events.ts';
import { Simulation } from './simulation.ts';
import { World } from './world.ts';

/** Seeds that have failed stay, each with what it has shown. */
const failingSeeds: readonly { readonly seed: number; readonly shown: string }[] = [
  { seed: 7, shown: 'I3, I4 · words changed in another tab, as the right to them went, lay on the tombstone' },
];

const asked = Number(process.env['SEEDS'] ?? 200);
const first = Number(process.env['FIRST_SEED'] ?? 1);
const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : Array.from({ length: asked }, (_, index) => first + index);

/**
 * The real client against the real server and PostgreSQL, every seed another history; when it is quiet all must agree. Two
 * files share them, so that two cores do. `SEED=17 npm test -- simulation` runs one, `npm run soak -- 2000` as many as asked.
 *
 * @param lane which of the two: 0 or 1
 */
export function simulateSeeds(lane: number): void {
  let world: World;
  let stopClocks: () => void;

  beforeAll(async () => {
    world = await World.open();
    stopClocks = startDeviceClocks();
  });

  afterAll(async () => {
    stopClocks();
    await world.stop();
  });

  describe('the devices and the server agree after everything that can happen', () => {
    const isOurs = (_: unknown, index: number) => index % 2 === lane;
    for (const { seed, shown } of failingSeeds.filter(isOurs)) test(`${shown} · seed ${String(seed)}`, () => simulate(seed));
    for (const seed of seeds.filter(isOurs)) test(`I2, I3, I4, I5 · seed ${String(seed)}`, () => simulate(seed));
    // One seed alone leaves the other lane empty.
    test('there are seeds', () => {
      expect(seeds.length).toBeGreaterThan(0);
    });
  });

  async function simulate(seed: number): Promise<void> {
    const simulation = new Simulation(seed, world);
    try {
      await simulation.run(events);
      await simulation.becomeQuiet(differences);
      await checkAgreement(simulation);
    } catch (reason) {
      console.error(`SEED=${String(seed)} npm test -- simulation\n${simulation.log.join('\n')}`);
      throw reason;
    } finally {
      await simulation.end();
    }
  }
}
