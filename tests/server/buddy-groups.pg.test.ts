import { describe, expect, test } from 'vitest';
import { must } from '#domain/must.ts';
import { BuddyScene, tell } from './buddy-scene.ts';
import { newId } from './person.ts';

/** The buddy groups of a class, as those who form them read, change and end them. */

const scene = BuddyScene.open();

describe('the groups of a class', () => {
  let formed: string;

  test('are read, online, by whoever forms them, with every cheer; by nobody else', async () => {
    const { hasBuddyGroups, children, groups } = await scene.list();
    expect(hasBuddyGroups).toBe(true);
    expect(new Set(children.map(({ obstacle }) => obstacle))).toEqual(new Set([null, 'no_consent', 'in_a_group']));
    expect(children).toContainEqual({ studentId: scene.maya.id, obstacle: 'in_a_group' });
    expect(groups.map(({ name }) => name)).toEqual(['Otters']);
    expect(groups[0]?.cheers.map(({ studentId }) => studentId)).toContain(scene.mate.id);
    expect(
      await Promise.all([scene.riverside, scene.parent, scene.maya, scene.leo].map(async (person) => (await scene.ask(person)).status)),
    ).toEqual([404, 404, 404, 404]);
  });

  test('are formed of three or four children who may be in one, each of whom is asked', async () => {
    const id = (formed = newId());
    const three = scene.free.slice(0, 3);
    expect((await scene.form(three, { id })).status).toBe(204);
    // An answer that was lost: sent again it is the same group.
    expect((await scene.form(three, { id })).status).toBe(204);
    const { name, members } = await scene.listed(id);
    expect(name).toBe('Herons');
    expect(members.map(({ studentId }) => studentId).sort()).toEqual(three.toSorted());
    expect(new Set(members.map(({ state }) => state))).toEqual(new Set(['invited']));
  });

  test('are not formed otherwise, and then nothing of them is', async () => {
    const before = (await scene.list()).groups.length;
    const noConsent = must((await scene.list()).children.find(({ obstacle }) => obstacle === 'no_consent'), 'one family said no').studentId; // prettier-ignore
    const others = scene.free.slice(3);
    const code = async (studentIds: readonly string[], more: object = {}) => {
      const { status, body } = await scene.form(studentIds, more);
      return [status, (body as { code: string }).code];
    };
    expect(await code([...others.slice(0, 2), noConsent])).toEqual([409, 'group_not_formed']);
    expect(await code([...others.slice(0, 2), scene.maya.id])).toEqual([409, 'group_not_formed']);
    expect(await code([...others.slice(0, 2), scene.leo.id])).toEqual([409, 'group_not_formed']);
    expect(await code(others.slice(0, 2))).toEqual([400, 'invalid_request']);
    expect(await code(others.slice(0, 5))).toEqual([400, 'invalid_request']);
    expect(await code(others.slice(0, 3), { name: ' ' })).toEqual([400, 'invalid_request']);
    for (const person of [scene.riverside, scene.parent, scene.maya])
      expect((await scene.form(others.slice(0, 3), {}, person)).status).toBe(404);
    expect((await scene.list()).groups.length).toBe(before);
  });

  test('take one more where there is room, another name, and an end; of none but whoever forms them', async () => {
    const [, , , next, last] = scene.free;
    for (const person of [scene.riverside, scene.parent, scene.maya])
      for (const [what, body] of [['invite', { studentId: next }], ['rename', { name: 'Geese' }], ['dissolve', {}]] as const)
        expect((await tell(person, formed, what, body)).status).toBe(404); // prettier-ignore
    expect((await tell(scene.teacher, formed, 'invite', { studentId: next })).status).toBe(204);
    expect((await tell(scene.teacher, formed, 'invite', { studentId: last })).status).toBe(409);
    expect((await tell(scene.teacher, formed, 'rename', { name: ' Geese ' })).status).toBe(204);
    expect(await scene.listed(formed)).toMatchObject({ name: 'Geese', members: { length: 4 } });
    expect((await tell(scene.teacher, formed, 'dissolve')).status).toBe(204);
    const { groups, children } = await scene.list();
    expect(groups.map(({ id }) => id)).not.toContain(formed);
    expect(children.filter(({ studentId }) => scene.free.slice(0, 4).includes(studentId)).every(({ obstacle }) => obstacle === null)).toBe(
      true,
    );
    expect((await tell(scene.teacher, formed, 'invite', { studentId: last })).status).toBe(404);
  });
});
