import pino from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMetrics } from '../observability/metrics.ts';
import { createHub, type Hub, type HubSources, type Touched } from './hub.ts';
import type { Connection } from './members.ts';

const log = pino({ level: 'silent' });
const never = 1_000_000;
const times = { heartbeat: never, clockPoll: never, sessionCheck: never, announce: never, rest: 0 };

class School {
  version = 10;
  readonly bucketsBySession = new Map<string, Set<string>>();
  readonly live = new Set<string>();
  readonly announced: string[] = [];
  readonly asked: number[] = [];
  touched: Omit<Touched, 'version'> = { buckets: [], users: [] };
  readonly sources: HubSources = {
    touchedSince: (_school, version) => {
      this.asked.push(version);
      return Promise.resolve({ version: this.version, ...this.touched });
    },
    clocks: () => Promise.resolve(new Map([['school', this.version]])),
    liveSessions: (ids) => Promise.resolve(new Set(ids.filter((id) => this.live.has(id)))),
    readBuckets: (session) => Promise.resolve({ buckets: this.bucketsBySession.get(session) ?? new Set(), version: this.version }),
    announce: (school) => {
      this.announced.push(school);
      return Promise.resolve();
    },
  };
}

class Listener implements Connection {
  readonly schoolId = 'school';
  readonly userId: string;
  readonly sessionId: string;
  readonly pokes: number[] = [];
  heartbeats = 0;
  isClosed = false;

  constructor(userId: string) {
    this.userId = userId;
    this.sessionId = `session of ${userId}`;
  }

  poke = (version: number) => this.pokes.push(version);
  heartbeat = () => this.heartbeats++;
  close = () => {
    this.isClosed = true;
  };
}

let hub: Hub;
afterEach(() => {
  hub.stop();
});

async function joined(school: School, listener: Listener, buckets: readonly string[]): Promise<() => void> {
  school.bucketsBySession.set(listener.sessionId, new Set(buckets));
  school.live.add(listener.sessionId);
  return hub.join(listener);
}

describe('S18: the hub', () => {
  test('says at once where the clock stands', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times });
    const maya = new Listener('maya');
    await joined(school, maya, ['student:maya']);
    expect(maya.pokes).toEqual([10]);
  });

  test('pokes those whose buckets were touched, and nobody else', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times });
    const [maya, leo, teacher] = [new Listener('maya'), new Listener('leo'), new Listener('teacher')];
    await joined(school, maya, ['student:maya', 'class:4']);
    await joined(school, leo, ['student:leo', 'class:1']);
    await joined(school, teacher, ['student:maya', 'student:leo']);
    school.version = 11;
    school.touched = { buckets: ['student:maya'], users: [] };
    hub.advance('school');
    await vi.waitFor(() => {
      expect(maya.pokes).toEqual([10, 11]);
    });
    expect(teacher.pokes).toEqual([10, 11]);
    expect(leo.pokes).toEqual([10]);
  });

  test('asks from where it last looked, and looks again for what came meanwhile', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times });
    await joined(school, new Listener('maya'), []);
    school.version = 11;
    hub.advance('school');
    hub.advance('school');
    hub.advance('school');
    await vi.waitFor(() => {
      expect(school.asked).toEqual([10, 11]);
    });
  });

  test('tells at once of the first change, and together of those that follow closely', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times: { ...times, rest: 40 } });
    const maya = new Listener('maya');
    await joined(school, maya, ['student:maya']);
    school.touched = { buckets: ['student:maya'], users: [] };
    for (school.version = 11; school.version <= 20; school.version++) {
      hub.advance('school');
      await Promise.resolve();
    }
    school.version = 20;
    await vi.waitFor(() => {
      expect(maya.pokes.at(-1)).toBe(20);
    });
    expect(maya.pokes).toEqual([10, 11, 20]);
    expect(school.asked).toHaveLength(2);
  });

  test('reads the buckets again of somebody whose grants changed, and pokes them', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times });
    const teacher = new Listener('teacher');
    await joined(school, teacher, ['student:maya']);
    school.bucketsBySession.set(teacher.sessionId, new Set(['student:leo']));
    school.version = 11;
    school.touched = { buckets: [], users: ['teacher'] };
    hub.advance('school');
    await vi.waitFor(() => {
      expect(teacher.pokes).toEqual([10, 11]);
    });
    school.version = 12;
    school.touched = { buckets: ['student:leo'], users: [] };
    hub.advance('school');
    await vi.waitFor(() => {
      expect(teacher.pokes).toEqual([10, 11, 12]);
    });
    school.version = 13;
    school.touched = { buckets: ['student:maya'], users: [] };
    hub.advance('school');
    await vi.waitFor(() => {
      expect(school.asked).toHaveLength(3);
    });
    expect(teacher.pokes).toEqual([10, 11, 12]);
  });

  test('finds by the clock what nobody told it', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times: { ...times, clockPoll: 5 } });
    const maya = new Listener('maya');
    await joined(school, maya, ['student:maya']);
    school.version = 11;
    school.touched = { buckets: ['student:maya'], users: [] };
    await vi.waitFor(() => {
      expect(maya.pokes).toEqual([10, 11]);
    });
  });

  test('tells other processes once about many commits', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times: { ...times, announce: 5 } });
    for (let commit = 0; commit < 20; commit++) hub.advance('school');
    await vi.waitFor(() => {
      expect(school.announced).toEqual(['school']);
    });
  });

  test('closes the streams of a session that has ended', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times: { ...times, sessionCheck: 5 } });
    const [maya, leo] = [new Listener('maya'), new Listener('leo')];
    await joined(school, maya, []);
    await joined(school, leo, []);
    school.live.delete(maya.sessionId);
    await vi.waitFor(() => {
      expect(maya.isClosed).toBe(true);
    });
    expect(leo.isClosed).toBe(false);
  });

  test('leaves alone who joins while it asks which sessions are live', async () => {
    vi.useFakeTimers();
    const school = new School();
    const answer = Promise.withResolvers<undefined>();
    const { liveSessions } = school.sources;
    const slow = (ids: readonly string[]) => answer.promise.then(() => liveSessions(ids));
    hub = createHub({ ...school.sources, liveSessions: slow }, { log, metrics: createMetrics(), times: { ...times, sessionCheck: 4000 } });
    const [maya, leo] = [new Listener('maya'), new Listener('leo')];
    await joined(school, maya, []);
    await vi.advanceTimersByTimeAsync(4000);
    await joined(school, leo, []);
    school.live.delete(maya.sessionId);
    answer.resolve(undefined);
    await vi.advanceTimersByTimeAsync(1);
    expect([maya.isClosed, leo.isClosed]).toEqual([true, false]);
    vi.useRealTimers();
  });

  test('counts a user’s streams, and forgets those that left', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times });
    const leave = await joined(school, new Listener('maya'), []);
    await joined(school, new Listener('maya'), []);
    expect(hub.streamsOf('school', 'maya')).toBe(2);
    leave();
    expect(hub.streamsOf('school', 'maya')).toBe(1);
  });

  test('sends heartbeats', async () => {
    const school = new School();
    hub = createHub(school.sources, { log, metrics: createMetrics(), times: { ...times, heartbeat: 5 } });
    const maya = new Listener('maya');
    await joined(school, maya, []);
    await vi.waitFor(() => {
      expect(maya.heartbeats).toBeGreaterThan(1);
    });
  });
});
