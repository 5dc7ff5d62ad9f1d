import type { Logger } from 'pino';
import type { Sealing } from './audit/sealing.ts';
import type { Rotation } from './database/crypto/rotation.ts';
import type { Tending } from './evidence/tending.ts';
import type { Metrics } from './observability/metrics.ts';
import type { EpochKeeper } from './vault/epoch.ts';

export interface UpkeepOptions {
  readonly epoch: EpochKeeper;
  readonly sealing: Sealing;
  readonly rotation: Rotation;
  readonly evidence: Pick<Tending, 'tend' | 'sweep'>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const everyMs = 60_000;
const roundsADay = 1_440;
const roundsToAnEnd = 10;

/**
 * What vault and database need every minute: the epoch's beat, the seals of the audit log, keys that are being replaced, and
 * files that are to be opened or deleted.
 * Each may be done by several processes at once.
 */
export function startUpkeep({ epoch, sealing, rotation, evidence, log, metrics }: UpkeepOptions): { stop(): Promise<void> } {
  let running = Promise.resolve();
  let isStopped = false;
  let round = 0;

  /** One part that fails keeps no other from its work. */
  async function attempt(part: string, work: () => Promise<void>): Promise<void> {
    if (isStopped) return;
    try {
      await work();
    } catch (error) {
      metrics.failures.inc({ part });
      log.error({ part, error }, 'background');
    }
  }

  async function rotate(): Promise<void> {
    metrics.cellsUnderOldKeys.reset();
    for (const schoolId of await rotation.schools()) {
      for (const { keyId, cells } of await rotation.advance(schoolId)) metrics.cellsUnderOldKeys.set({ key: keyId }, cells);
    }
  }

  async function run(): Promise<void> {
    await attempt('epoch', async () => {
      if (!(await epoch.beat())) throw new Error('Broken promise: the database that is served is the vault’s');
    });
    // A database that was put in place of ours is not written to.
    if (!epoch.wasCurrent()) return;
    if (round % roundsADay === 0) await attempt('audit', sealing.tidy);
    await attempt('audit', async () => {
      metrics.sealedRows.inc(await sealing.seal());
      if (round % roundsToAnEnd === 0) await sealing.noteEnds();
    });
    await attempt('key rotation', rotate);
    await attempt('evidence', evidence.tend);
    if (round % roundsADay === 0) await attempt('evidence', evidence.sweep);
    round++;
  }

  const begin = () => {
    running = running.then(run);
  };
  const timer = setInterval(begin, everyMs);
  begin();
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
