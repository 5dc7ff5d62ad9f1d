import { v7 as uuidv7 } from 'uuid';
import * as v from 'valibot';
import { afterEach } from 'vitest';
import { clubId, studentId } from '#domain/ids.ts';
import type { NewHomework } from '../../data/homework.ts';
import { TestDevice, type DeviceOptions } from './device.ts';
import type { ModelServer } from './model-server.ts';

/** One child's devices, and the homework that is logged on them. */

export const owner = { schoolId: uuidv7(), userId: uuidv7() };
export const child = v.parse(studentId, owner.userId);
const club = v.parse(clubId, uuidv7());

/** Opens devices of the child; they are closed after each test. Call it at the top of a file of tests. */
export function useDevices() {
  const devices: TestDevice[] = [];
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.dispose();
  });
  return async (server: ModelServer, options: Partial<DeviceOptions> = {}): Promise<TestDevice> => {
    const made = await new TestDevice({ owner, fetch: server.fetch, ...options }).open();
    devices.push(made);
    return made;
  };
}

export function homework(writtenWork = 'I read a whole chapter.'): NewHomework {
  return { studentId: child, clubId: club, evidenceKind: 'written', completionDate: '2026-11-24', writtenWork };
}

/** A piece as it lies at the server. */
export function fields(writtenWork: string) {
  return {
    ...homework(writtenWork),
    taskId: null,
    previousAttemptId: null,
    evidenceIds: [],
    minutes: null,
    feeling: null,
    activity: null,
    capturedAt: '2026-11-24T16:00:00.000Z',
    clockOffsetMs: null,
  };
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
