import { fillWithDefaultSettings, type RxJsonSchema } from 'rxdb/plugins/core';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { Doors, gone, piece, row } from '../testing/storage-place.ts';
import { logStorage } from './log-storage.ts';
import { memoryMedium } from './medium.ts';

function place() {
  const medium = memoryMedium();
  return { storage: () => logStorage({ mediumOf: () => medium }) };
}

describe('the storage on a log', () => {
  it('I3: cleans up no removal that the server has not heard of', async () => {
    const doors = new Doors(place());
    const instance = await doors.completions();
    const [pulled, own] = [piece(), piece()];
    await instance.bulkWrite([row(pulled), row(own)], 'replication-downstream-test');
    await instance.bulkWrite([row(gone(pulled), pulled)], 'replication-downstream-test');
    const removal = gone(own);
    await instance.bulkWrite([row(removal, own)], 'a person');
    const sinceEver = Date.now() - removal._meta.lwt - 1_000_000;
    expect(await instance.cleanup(sinceEver)).toBe(false);
    expect(await instance.findDocumentsById([own.id], true)).toEqual([removal]);
    await doors.closeAll();
  });

  it('says which primary key it needs, rather than keep what it cannot tell apart', async () => {
    const schema: RxJsonSchema<{ passport: string }> = {
      version: 0,
      type: 'object',
      primaryKey: 'passport',
      properties: { passport: { type: 'string', maxLength: 36 } },
      required: ['passport'],
    };
    const opened = place()
      .storage()
      .createStorageInstance({
        databaseInstanceToken: uuidv7(),
        databaseName: 'people',
        collectionName: 'travellers',
        schema: fillWithDefaultSettings(schema),
        options: {},
        multiInstance: false,
        devMode: false,
      });
    await expect(opened).rejects.toThrow(/give travellers the primary key 'id'/);
  });
});
