import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Metrics } from '../observability/metrics.ts';
import { Members, type Connection, type Member } from './members.ts';

/** What changed in a school above a version: buckets, or a user whose own grants changed. */
export interface Touched {
  readonly version: number;
  readonly buckets: readonly string[];
  readonly users: readonly string[];
}

export interface HubSources {
  /** What changed above `version`, and up to where. */
  touchedSince(schoolId: string, version: number): Promise<Touched>;
  /** Each school's clock. */
  clocks(): Promise<ReadonlyMap<string, number>>;
  /** Which of these sessions are still live. */
  liveSessions(sessionIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** What the person behind this session may read: buckets as `audience:scope id`. */
  readBuckets(sessionId: string): Promise<{ buckets: ReadonlySet<string>; version: number }>;
  /** Tells other processes, after the commit, that a school's clock moved. */
  announce(schoolId: string): Promise<void>;
}

export interface Hub {
  /** Streams that a user has open. */
  streamsOf(schoolId: string, userId: string): number;
  /** Adds a stream; its first poke says where the clock stands. Returns what removes it. */
  join(connection: Connection): Promise<() => void>;
  /** A transaction of this process has committed something in `schoolId`: pokes whom it concerns. */
  advance(schoolId: string): void;
  /** Another process said so. */
  heardOf(schoolId: string): void;
  /** Closes a session's streams at once. */
  endSession(sessionId: string): void;
  stop(): void;
}

export interface HubTimes {
  readonly heartbeat: number;
  readonly clockPoll: number;
  readonly sessionCheck: number;
  /** How long announcements to other processes are gathered. */
  readonly announce: number;
  /** From one look at what has changed in a school to the next: what comes faster is looked at, and told of, together. */
  readonly rest: number;
}

/** Milliseconds. */
export const usualTimes: HubTimes = { heartbeat: 25_000, clockPoll: 1000, sessionCheck: 4000, announce: 50, rest: 8 };

interface School {
  readonly members: Members;
  /** The clock up to which members have been poked; 0 until the first member has read it. */
  version: number;
  isLooking: boolean;
  mustLookAgain: boolean;
}

/**
 * Keeps the live streams of this process and pokes those whom a change concerns (S18). A poke carries no content and no
 * more than the clock's version, which every member of the school may know.
 */
export function createHub(
  sources: HubSources,
  { log, metrics, times = usualTimes }: { log: Logger; metrics: Metrics; times?: HubTimes },
): Hub {
  const schools = new Map<string, School>();
  const toAnnounce = new Set<string>();
  let isStopped = false;

  const inBackground = (part: string, work: () => Promise<unknown>): void => {
    if (isStopped) return;
    work().catch((error: unknown) => {
      metrics.failures.inc({ part });
      log.error({ part, error }, 'hub');
    });
  };
  const timers = [
    setInterval(() => {
      for (const { connection } of members()) connection.heartbeat();
    }, times.heartbeat),
    setInterval(() => {
      inBackground('clock poll', pollClocks);
    }, times.clockPoll),
    setInterval(() => {
      inBackground('session check', closeEndedSessions);
    }, times.sessionCheck),
    setInterval(() => {
      inBackground('announce', announce);
    }, times.announce),
  ];

  function* members(): Generator<Member> {
    for (const school of schools.values()) yield* school.members;
  }

  /** Looks once more after a look that a change overtook: at most one look a school at a time. */
  function look(schoolId: string): void {
    const school = schools.get(schoolId);
    if (!school) return;
    if (school.isLooking || school.version === 0) {
      school.mustLookAgain = true;
      return;
    }
    school.isLooking = true;
    inBackground('look', async () => {
      try {
        do {
          school.mustLookAgain = false;
          const touched = await sources.touchedSince(schoolId, school.version);
          pokeWhomItConcerns(school, touched);
          school.version = Math.max(school.version, touched.version);
          await pause(times.rest);
        } while (school.mustLookAgain && !isStopped);
      } finally {
        school.isLooking = false;
      }
    });
  }

  function pokeWhomItConcerns(school: School, { version, buckets, users }: Touched): void {
    // Who is not known well enough yet has nothing to hear of either.
    if (buckets.length === 0 && users.length === 0) return;
    const concerned = school.members.concernedBy(buckets);
    for (const member of users.flatMap((user) => [...school.members.of(user)])) {
      concerned.add(member);
      loadBuckets(school, member);
    }
    for (const member of concerned) poke(member, version);
  }

  function poke({ connection }: Member, version: number): void {
    metrics.pokes.inc();
    connection.poke(version);
  }

  function loadBuckets({ members }: School, member: Member): void {
    const take = members.read(member);
    inBackground('grants', async () => {
      try {
        take((await sources.readBuckets(member.connection.sessionId)).buckets);
      } catch (error) {
        member.connection.close();
        throw error;
      }
    });
  }

  async function pollClocks(): Promise<void> {
    if (schools.size === 0) return;
    const clocks = await sources.clocks();
    for (const [schoolId, school] of schools) if ((clocks.get(schoolId) ?? 0) > school.version) look(schoolId);
  }

  async function closeEndedSessions(): Promise<void> {
    const asked = new Set(Array.from(members(), ({ connection }) => connection.sessionId));
    if (asked.size === 0) return;
    const live = await sources.liveSessions([...asked]);
    // Of who has joined meanwhile nothing was asked.
    for (const { connection } of [...members()]) if (asked.has(connection.sessionId) && !live.has(connection.sessionId)) connection.close();
  }

  async function announce(): Promise<void> {
    const schoolIds = [...toAnnounce];
    toAnnounce.clear();
    for (const schoolId of schoolIds) await sources.announce(schoolId);
  }

  return {
    streamsOf: (schoolId, userId) => schools.get(schoolId)?.members.of(userId).size ?? 0,
    async join(connection) {
      const { schoolId, sessionId } = connection;
      const school = schools.get(schoolId) ?? { members: new Members(), version: 0, isLooking: false, mustLookAgain: false };
      schools.set(schoolId, school);
      // It belongs before its grants are read, so that nothing that commits meanwhile is missed.
      const member = school.members.add(connection);
      const take = school.members.read(member);
      const leave = () => {
        school.members.remove(member);
        if (school.members.size === 0 && schools.get(schoolId) === school) schools.delete(schoolId);
        metrics.streams.dec();
      };
      metrics.streams.inc();
      try {
        const { buckets, version } = await sources.readBuckets(sessionId);
        take(buckets);
        connection.poke(version);
        if (school.version === 0) {
          school.version = version;
          if (school.mustLookAgain) look(schoolId);
        }
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
    advance(schoolId) {
      toAnnounce.add(schoolId);
      look(schoolId);
    },
    heardOf: look,
    endSession(sessionId) {
      for (const { connection } of [...members()]) if (connection.sessionId === sessionId) connection.close();
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
      for (const { connection } of [...members()]) connection.close();
    },
  };
}
