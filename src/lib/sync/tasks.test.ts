import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { Task } from '#domain/collections/tasks.ts';
import { classId, clubId, studentId, taskId } from '#domain/ids.ts';
import { changeTask, setTask, takeBackTask } from '../data/task-setting.ts';
import type { TestDevice } from './testing/device.ts';
import { ModelServer } from './testing/model-server.ts';
import { useDevices } from './testing/scene.ts';

const club = v.parse(clubId, uuidv7());
const willow = { classId: v.parse(classId, uuidv7()), studentId: null };
const maya = { classId: null, studentId: v.parse(studentId, uuidv7()) };
const leo = { classId: null, studentId: v.parse(studentId, uuidv7()) };
const content = {
  clubId: club,
  title: 'Fractions',
  instructions: '',
  evidenceKinds: ['written' as const],
  opensOn: '2026-11-24',
  dueOn: '2026-11-27',
};
const open = useDevices();

const desk = async (server: ModelServer) => (await open(server)).start();
const rowsOf = async (device: TestDevice): Promise<Task[]> =>
  (await device.database.find('tasks')).toSorted((one, other) => one.id.localeCompare(other.id));

it('S12: a task that is set offline waits as what was never sent, a row a class or child, and arrives', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const device = await desk(server);
  const group = await setTask(device, content, [willow, maya]);
  expect(device.database.unsent.list.idsOf('tasks')).toHaveLength(2);
  expect(await rowsOf(device)).toMatchObject([
    { ...willow, taskGroupId: group },
    { ...maya, taskGroupId: group },
  ]);
  server.fault = () => 'none';
  device.engine.syncNow();
  expect(await device.engine.settled(3000)).toBe(true);
  expect(server.visible('tasks')).toHaveLength(2);
  expect(await device.versions('tasks')).toEqual(server.visible('tasks'));
});

it('a change reaches every row, adds whom it is newly for, and lets go of whom it is not', async () => {
  const server = new ModelServer();
  const device = await desk(server);
  const group = await setTask(device, content, [willow, maya]);
  const [ofWillow] = await rowsOf(device);
  await changeTask(device, await rowsOf(device), { ...content, title: 'Fractions again', dueOn: null }, [willow, leo]);
  const rows = await rowsOf(device);
  expect(rows).toMatchObject([
    { id: ofWillow?.id, ...willow },
    { ...leo, taskGroupId: group },
  ]);
  for (const row of rows) expect(row).toMatchObject({ title: 'Fractions again', dueOn: null });
  expect(await device.engine.settled(3000)).toBe(true);
  expect(server.visible('tasks')).toHaveLength(2);
});

it('nothing of a task that is not whole is set', async () => {
  const device = await desk(new ModelServer());
  await expect(setTask(device, { ...content, title: '' }, [willow, maya])).rejects.toThrow(v.ValiError);
  await expect(setTask(device, { ...content, dueOn: '2026-11-01' }, [willow])).rejects.toThrow(v.ValiError);
  expect(await rowsOf(device)).toEqual([]);
});

it('what is taken back before it was sent never arrives, and afterwards goes everywhere', async () => {
  const server = new ModelServer();
  const device = await desk(server);
  await setTask(device, content, [willow]);
  expect(await device.engine.settled(3000)).toBe(true);
  server.fault = () => 'offline';
  await setTask(device, { ...content, title: 'A mistake' }, [maya]);
  await takeBackTask(device, await rowsOf(device));
  server.fault = () => 'none';
  device.engine.syncNow();
  expect(await device.engine.settled(3000)).toBe(true);
  expect(server.visible('tasks')).toEqual([]);
  expect(await rowsOf(device)).toEqual([]);
});

it('S15: a task that the school refuses is kept for its teacher, words and all', async () => {
  const server = new ModelServer();
  server.refuse = (collection) => (collection === 'tasks' ? { code: 'not_allowed', message: 'Out of reach.' } : null);
  const device = await desk(server);
  await setTask(device, content, [willow]);
  expect(await device.engine.settled(3000)).toBe(true);
  expect(await rowsOf(device)).toEqual([]);
  expect(await device.own.quarantine()).toMatchObject([{ collection: 'tasks', code: 'not_allowed', fields: { title: 'Fractions' } }]);
});

it('S12: homework goes after the task that it was done for', async () => {
  const server = new ModelServer();
  server.fault = () => 'offline';
  const device = await desk(server);
  await setTask(device, content, [maya]);
  const [row] = await rowsOf(device);
  await device.homework.log({
    studentId: maya.studentId,
    clubId: club,
    taskId: v.parse(taskId, row?.id),
    evidenceKind: 'show_in_class',
    completionDate: '2026-11-24',
  });
  const arrived: string[] = [];
  let refusals = 3;
  server.fault = ({ path, body }) => {
    if (path !== '/api/sync/push') return 'none';
    if (body['collection'] === 'tasks' && refusals-- > 0) return 'broken';
    arrived.push(String(body['collection']));
    return 'none';
  };
  device.engine.syncNow();
  expect(await device.engine.settled(5000)).toBe(true);
  expect(arrived).toEqual(['tasks', 'completions']);
});
