import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolationChecks } from './isolation/checks.ts';
import { peopleSchool, throughPools, type Scene } from './isolation/scene.ts';
import { openWorld, type World } from './world.ts';

/** Security: no row of another school is read or written, whatever the person's role, and nothing at all without app.enter. */

let world: World;
let scene: Scene;

beforeAll(async () => {
  world = await openWorld();
  scene = { ...throughPools(world), own: await peopleSchool(world), other: await peopleSchool(world) };
});
afterAll(() => world.close());

test.each(Object.entries(isolationChecks))('%s', async (_sentence, check) => {
  expect(await check(scene)).toEqual([]);
});

test('what one transaction entered is gone in the next of the same connection', async () => {
  const connection = await world.pool('authenticated_user').reserve();
  try {
    await connection`begin`;
    await connection`select app.enter(${scene.own.teacher.session})`;
    const [inside] = await connection<{ rows: number }[]>`select count(id)::int as rows from students`;
    await connection`commit`;
    const [after] = await connection<{ rows: number }[]>`select count(id)::int as rows from students`;
    expect(inside?.rows).toBe(1);
    expect(after?.rows).toBe(0);
  } finally {
    connection.release();
  }
});
