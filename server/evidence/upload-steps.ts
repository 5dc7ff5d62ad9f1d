import { evidenceRefusals, type EvidenceRefusal } from '#domain/evidence/evidence.ts';
import type { Transaction } from '../database/connections.ts';
import type { Entered } from '../database/enter.ts';
import type { EvidenceDependencies } from './dependencies.ts';
import type { Step, StepContext } from './uploads.ts';

export type UploadDependencies = Pick<EvidenceDependencies, 'evidence' | 'metrics' | 'committed'>;

/** A transaction of whoever adds to a file. */
type InTransaction = <Result>(work: (sql: Transaction, entering: Promise<Entered>) => Promise<Result>) => Promise<Result>;

/** One step of an upload: in a transaction of its own, and after it what follows: a file that is whole is opened, what was let go of is deleted. */
export type InStep = (within: InTransaction, id: string, work: (context: StepContext) => Promise<Step>) => Promise<Step>;

export function createUploadSteps({ evidence, metrics, committed }: UploadDependencies): InStep {
  /** What was let go of is deleted before the answer says so. */
  const settle = async (step: Step, schoolId: string): Promise<Step> => {
    if (step.kind === 'refused' && step.isNews && isRefusal(step.code)) metrics.evidenceFiles.inc({ outcome: step.code });
    if (step.kind === 'ended' || (step.kind === 'refused' && isRefusal(step.code))) {
      committed(schoolId);
      await evidence.tending.tidy(schoolId);
    }
    return step;
  };

  return async (within, id, work) => {
    const { step, schoolId } = await within(async (sql, entering) => {
      const { schoolId: school } = await entering;
      return { step: await work({ sql, schoolId: school, files: evidence.files }), schoolId: school };
    });
    if (step.kind !== 'arrived') return settle(step, schoolId);
    const outcome = await evidence.finishing.finish(schoolId, id);
    if (outcome !== null) metrics.evidenceFiles.inc({ outcome });
    if (outcome === 'ready') {
      committed(schoolId);
      return { kind: 'ready', length: step.length };
    }
    return settle({ kind: 'refused', code: outcome ?? 'not_found', isNews: false }, schoolId);
  };
}

function isRefusal(code: string): code is EvidenceRefusal {
  return Object.hasOwn(evidenceRefusals, code);
}
