import { describe, expect, test } from 'vitest';
import { Members, type Connection } from './members.ts';

const connectionOf = (userId: string): Connection => ({
  schoolId: 'school',
  userId,
  sessionId: userId,
  poke: () => undefined,
  heartbeat: () => undefined,
  close: () => undefined,
});

function joined(members: Members, userId: string, buckets: readonly string[]) {
  const member = members.add(connectionOf(userId));
  members.read(member)(new Set(buckets));
  return member;
}

describe('S18: whom a change concerns', () => {
  test('those who may read a touched bucket, once each, and nobody else', () => {
    const members = new Members();
    const [maya, parent, leo] = [joined(members, 'maya', ['a']), joined(members, 'parent', ['a', 'b']), joined(members, 'leo', ['c'])];
    expect([...members.concernedBy(['a', 'b'])]).toEqual([maya, parent]);
    expect([...members.concernedBy(['c'])]).toEqual([leo]);
    expect([...members.concernedBy(['d'])]).toEqual([]);
  });

  test('whoever is not known yet, until they are', () => {
    const members = new Members();
    const member = joined(members, 'maya', ['a']);
    const take = members.read(member);
    expect([...members.concernedBy(['z'])]).toEqual([member]);
    take(new Set(['b']));
    expect([...members.concernedBy(['z'])]).toEqual([]);
    expect([...members.concernedBy(['a'])]).toEqual([]);
    expect([...members.concernedBy(['b'])]).toEqual([member]);
  });

  test('an answer that a later question has overtaken changes nothing', () => {
    const members = new Members();
    const member = members.add(connectionOf('maya'));
    const early = members.read(member);
    const late = members.read(member);
    late(new Set(['new']));
    early(new Set(['old']));
    expect([...members.concernedBy(['old'])]).toEqual([]);
    expect([...members.concernedBy(['new'])]).toEqual([member]);
  });

  test('nobody who has left, whatever is still on its way', () => {
    const members = new Members();
    const member = members.add(connectionOf('maya'));
    const take = members.read(member);
    members.remove(member);
    take(new Set(['a']));
    expect([...members.concernedBy(['a', 'z'])]).toEqual([]);
    expect([...members.of('maya')]).toEqual([]);
  });
});
