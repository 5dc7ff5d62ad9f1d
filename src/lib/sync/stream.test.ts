import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveStream } from './stream.ts';
import { FakeStream } from './testing/fake-stream.ts';

let streams: FakeStream[];
let pokes: number;
let timesLive: number;
let live: LiveStream;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  pokes = 0;
  timesLive = 0;
  live = new LiveStream({
    open: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    onPoke: () => pokes++,
    onLive: () => timesLive++,
    random: () => 0.5,
  });
  live.start();
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

it('S18: a poke asks for a pull, a beat for nothing', () => {
  streams[0]?.say('poke');
  streams[0]?.say('heartbeat');
  expect(pokes).toBe(1);
  expect(live.isLive).toBe(true);
});

it('tells once that the server is heard, and again after the line was cut', () => {
  streams[0]?.say('poke');
  streams[0]?.say('heartbeat');
  expect(timesLive).toBe(1);
  streams[0]?.say('error');
  streams[0]?.say('poke');
  expect(timesLive).toBe(2);
});

it('S18: a proxy that holds the first word back is noticed', () => {
  vi.advanceTimersByTime(9_000);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(3_000);
  expect(streams[0]?.isClosed).toBe(true);
  expect(streams).toHaveLength(2);
  expect(live.isLive).toBe(false);
});

it('S18: a line without a beat for a minute is dead', () => {
  streams[0]?.say('poke');
  vi.advanceTimersByTime(55_000);
  streams[0]?.say('heartbeat');
  vi.advanceTimersByTime(55_000);
  expect(live.isLive).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(live.isLive).toBe(false);
});

it('S16: comes back after a refusal, each time later, and asks once why: a stream cannot say that access has ended', () => {
  streams[0]?.say('poke');
  streams[0]?.refuse();
  expect(pokes).toBe(2);
  vi.advanceTimersByTime(1_600);
  expect(streams).toHaveLength(2);
  streams[1]?.refuse();
  expect(pokes).toBe(2);
  vi.advanceTimersByTime(2_900);
  expect(streams).toHaveLength(2);
  vi.advanceTimersByTime(200);
  expect(streams).toHaveLength(3);
});

it('S19: asks every five minutes while there is no stream, and not while there is one', () => {
  streams[0]?.refuse();
  expect(pokes).toBe(1);
  vi.advanceTimersByTime(5 * 60_000);
  expect(pokes).toBe(2);
  live.wake();
  streams.at(-1)?.say('poke');
  for (let beat = 0; beat < 30; beat++) {
    vi.advanceTimersByTime(25_000);
    streams.at(-1)?.say('heartbeat');
  }
  expect(pokes).toBe(3);
});

it('S19: does not wait when the network is back', () => {
  for (let failure = 0; failure < 4; failure++) {
    streams.at(-1)?.refuse();
    vi.advanceTimersByTime(20_000);
  }
  streams.at(-1)?.refuse();
  const before = streams.length;
  live.wake();
  expect(streams.length).toBe(before + 1);
});
