import type { Logger } from 'pino';
import type { AsUserDependencies } from '../auth/as-user.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Evidence } from './evidence.ts';

export interface EvidenceDependencies extends AsUserDependencies {
  readonly evidence: Evidence;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Called after a commit that changed what devices hold. */
  readonly committed: (schoolId: string) => void;
}
