import type { Queue } from 'pg-boss';

/** Beside `public`, whose tables each belong to a school: a job names schools and nothing else. */
export const jobsSchema = 'jobs';

/** Common to all: one job of a kind (or of a school) at a time; one whose process died is taken up again within two minutes. */
const once: Omit<Queue, 'name'> = {
  policy: 'exclusive',
  heartbeatSeconds: 30,
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 600,
  deleteAfterSeconds: 86_400,
};

/** Every queue, as `npm run db -- migrate` makes it. */
export const queues = {
  /** Starts and ends of roles and relations, grants that expire (S5); every minute, school by school. */
  'turn-dates': { ...once, expireInSeconds: 600 },
  /** Sessions that are long over, of all schools: a school may have its own go sooner (retention). */
  sessions: { ...once, expireInSeconds: 600 },
  /** Each night: has every school's retention begin. */
  'retention-night': { ...once, expireInSeconds: 600 },
  /** One school's retention; `singletonKey` is the school. */
  retention: { ...once, expireInSeconds: 4 * 3600 },
  /** Each Friday: has every school's digests begin. */
  'digest-week': { ...once, expireInSeconds: 600 },
  /** One school's weekly mails; `singletonKey` is the school. A mail server may be away for an hour: tried again over some three. */
  digest: { ...once, expireInSeconds: 3600, retryLimit: 8, retryDelay: 60, retryDelayMax: 3600 },
} as const satisfies Record<string, Omit<Queue, 'name'>>;

export type QueueName = keyof typeof queues;

/** When which queue gets a job, in the time of the schools. */
export const schedules: readonly { readonly queue: QueueName; readonly cron: string }[] = [
  { queue: 'turn-dates', cron: '* * * * *' },
  { queue: 'sessions', cron: '17 * * * *' },
  { queue: 'retention-night', cron: '30 2 * * *' },
];
/** Only where the server can send mail. */
export const mailSchedule = { queue: 'digest-week', cron: '0 16 * * 5' } as const satisfies (typeof schedules)[number];
export const scheduleTimeZone = 'Europe/London';
