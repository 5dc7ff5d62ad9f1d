import { expect, it } from 'vitest';
import type { PullPage } from '#domain/sync/protocol.ts';
import { PullGatherer, type PullAnswers, type PullAsks } from './pull-gatherer.ts';

const low = '00000000-0000-7000-8000-000000000000';
const page = (isCaughtUp: boolean): PullPage => ({ documents: [], checkpoint: { epoch: 1, forward: [1, low], back: null }, isCaughtUp });
const ask = { checkpoint: null, limit: 100 };

function gatherer(isCaughtUp = true) {
  const requests: string[][] = [];
  const made = new PullGatherer((asks: PullAsks) => {
    requests.push(Object.keys(asks));
    const answers: PullAnswers = Object.fromEntries(Object.keys(asks).map((name) => [name, page(isCaughtUp)]));
    return Promise.resolve(answers);
  });
  return { made, requests };
}

it('S8: handlers of one tick go out as one request', async () => {
  const { made, requests } = gatherer();
  await Promise.all([made.ask('school', ask), made.ask('people', ask), made.ask('reviews', ask)]);
  expect(requests).toEqual([['school', 'people', 'reviews']]);
});

it('S8: waits for those who were announced', async () => {
  const { made, requests } = gatherer();
  made.expect(['school', 'people']);
  const first = made.ask('school', ask);
  await Promise.resolve();
  expect(requests).toEqual([]);
  await Promise.all([first, made.ask('people', ask)]);
  expect(requests).toEqual([['school', 'people']]);
});

it('does not wait for ever for one who does not come', async () => {
  const { made, requests } = gatherer();
  made.expect(['school', 'people']);
  await made.ask('school', ask);
  expect(requests).toEqual([['school']]);
});

it('keeps those together who still have pages to fetch', async () => {
  const { made, requests } = gatherer(false);
  await Promise.all([made.ask('completions', ask), made.ask('receipts', ask)]);
  const next = made.ask('receipts', ask);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all([next, made.ask('completions', ask)]);
  expect(requests).toEqual([
    ['completions', 'receipts'],
    ['receipts', 'completions'],
  ]);
});

it('S8: those whose call failed ask again as one, though not in one tick', async () => {
  const requests: string[][] = [];
  const made = new PullGatherer((asks) => {
    requests.push(Object.keys(asks));
    return Promise.reject(new Error('no network'));
  });
  await Promise.allSettled([made.ask('school', ask), made.ask('people', ask)]);
  const first = made.ask('people', ask);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.allSettled([first, made.ask('school', ask)]);
  expect(requests).toEqual([
    ['school', 'people'],
    ['people', 'school'],
  ]);
});

it('tells each of them when the call fails', async () => {
  const made = new PullGatherer(() => Promise.reject(new Error('no network')));
  const both = await Promise.allSettled([made.ask('school', ask), made.ask('people', ask)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
