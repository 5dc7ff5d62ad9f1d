import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** What the server counts of itself; served on the operations port alone. No label names a person or a school. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const prefix = 'studystreaks_';
  return {
    registry,
    requests: new Histogram({
      name: `${prefix}request_seconds`,
      help: 'Answered requests by method, route template and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    signIns: new Counter({ name: `${prefix}sign_ins_total`, help: 'Sign-ins by outcome.', labelNames: ['outcome'], registers }),
    pulledDocuments: new Counter({
      name: `${prefix}pulled_documents_total`,
      help: 'Documents sent, by collection.',
      labelNames: ['collection'],
      registers,
    }),
    pushedRows: new Counter({
      name: `${prefix}pushed_rows_total`,
      help: 'Pushed rows by collection and outcome.',
      labelNames: ['collection', 'outcome'],
      registers,
    }),
    envelopes: new Counter({
      name: `${prefix}envelopes_total`,
      help: 'Sealed envelopes that were brought, by outcome: `delivered`, `waits`, or why they were refused.',
      labelNames: ['outcome'],
      registers,
    }),
    deniedDocuments: new Counter({
      name: `${prefix}denied_documents_total`,
      help: 'Documents that the index named and the policies denied (S7). Anything above zero is a fault in grants or policies.',
      labelNames: ['collection'],
      registers,
    }),
    evidenceFiles: new Counter({
      name: `${prefix}evidence_files_total`,
      help: 'Photos and recordings by what became of them: `ready`, `expired`, or why they were refused.',
      labelNames: ['outcome'],
      registers,
    }),
    sealedRows: new Counter({ name: `${prefix}audit_rows_sealed_total`, help: 'Rows of audit logs that were sealed.', registers }),
    cellsUnderOldKeys: new Gauge({
      name: `${prefix}cells_under_old_keys`,
      help: 'Encrypted cells that a key seals which is being replaced, by the id of that key. It is retired at zero.',
      labelNames: ['key'],
      registers,
    }),
    streams: new Gauge({ name: `${prefix}streams`, help: 'Open live streams.', registers }),
    pokes: new Counter({ name: `${prefix}pokes_total`, help: 'Pokes sent to live streams.', registers }),
    cacheLookUps: new Counter({
      name: `${prefix}cache_look_ups_total`,
      help: 'Look-ups in a cache by outcome: hits divided by all is its hit rate.',
      labelNames: ['cache', 'outcome'],
      registers,
    }),
    mails: new Counter({
      name: `${prefix}mails_total`,
      help: 'Weekly emails by what the mail server said: `sent`, `refused`, or `later`.',
      labelNames: ['outcome'],
      registers,
    }),
    failures: new Counter({
      name: `${prefix}failures_total`,
      help: 'Failures behind the scenes, by part.',
      labelNames: ['part'],
      registers,
    }),
  };
}

/** Adds the process's own figures (memory, event loop); only where they are served, since they keep timers. */
export function collectProcessMetrics(metrics: Metrics): void {
  collectDefaultMetrics({ register: metrics.registry });
}
