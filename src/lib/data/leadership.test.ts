import { setTimeout as after } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { lead } from './leadership.ts';
import { LocalDatabase } from './local-database.ts';
import { logStorage } from './log/log-storage.ts';
import { memoryMedium } from './log/medium.ts';

/** Tabs of one browser that want to lead, and which of them do. */
function tabs() {
  const database = uuidv7();
  const leading: string[] = [];
  const open = (name: string, of = database) => {
    const end = new AbortController();
    void lead(navigator.locks, of, end.signal).then(() => leading.push(name));
    return end;
  };
  return { open, leading };
}

describe('of the tabs that have a database open', () => {
  it('one leads, and the next only when that one has ended', async () => {
    const { open, leading } = tabs();
    const first = open('first');
    const second = open('second');
    await expect.poll(() => leading).toEqual(['first']);
    await after(20);
    expect(leading).toEqual(['first']);
    first.abort();
    await expect.poll(() => leading).toEqual(['first', 'second']);
    second.abort();
  });

  it('one that has ended never leads, and keeps nobody from it', async () => {
    const { open, leading } = tabs();
    const first = open('first');
    await expect.poll(() => leading).toEqual(['first']);
    const second = open('second');
    second.abort();
    const third = open('third');
    first.abort();
    await expect.poll(() => leading).toEqual(['first', 'third']);
    third.abort();
  });

  it('those of another person’s database lead that', async () => {
    const { open, leading } = tabs();
    const ends = [open('first'), open('other', uuidv7())];
    await expect.poll(() => leading.toSorted()).toEqual(['first', 'other']);
    for (const end of ends) end.abort();
  });

  it('a browser that gives no lock says so', async () => {
    const none = { request: () => Promise.reject(new Error('no locks here')), query: () => Promise.resolve({}) };
    await expect(lead(none, 'any', new AbortController().signal)).rejects.toThrow('no locks here');
  });
});

/** A tab's database of this person, with a disk of its own. */
function openDatabase(userId: string, isShared: boolean): Promise<LocalDatabase> {
  return LocalDatabase.open({
    owner: { schoolId: 'school', userId },
    collections: ['groups'],
    storage: logStorage({ mediumOf: () => memoryMedium() }),
    aside: { isRefused: () => false, wasSealed: () => Promise.resolve(false), setAside: () => Promise.resolve() },
    isShared,
  });
}

it('a second tab’s database leads when the first is closed, and not before', async () => {
  const person = uuidv7();
  const [first, second] = await Promise.all([openDatabase(person, true), openDatabase(person, true)]);
  await first.waitForLeadership();
  let isSecond = false;
  const waiting = second.waitForLeadership().then(() => (isSecond = true));
  await after(20);
  expect(isSecond).toBe(false);
  await first.close();
  await waiting;
  expect(isSecond).toBe(true);
  await second.close();
});

it('a database that no other tab opens waits for nobody', async () => {
  const person = uuidv7();
  const databases = await Promise.all([openDatabase(person, false), openDatabase(person, false)]);
  await Promise.all(databases.map((database) => database.waitForLeadership()));
  for (const database of databases) await database.close();
});
