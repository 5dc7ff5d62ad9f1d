import { expect, test } from 'vitest';
import { connectionOf, isMetered } from './metered.ts';

const connection = (fields: { saveData?: boolean; type?: string }) => Object.assign(new EventTarget(), fields);

test('nothing is fetched unasked where megabytes are paid for, or are to be saved', () => {
  expect(isMetered(connection({ saveData: true, type: 'wifi' }))).toBe(true);
  expect(isMetered(connection({ saveData: false, type: 'cellular' }))).toBe(true);
  expect(isMetered(connection({ saveData: false, type: 'wifi' }))).toBe(false);
  expect(isMetered(connection({ saveData: false }))).toBe(false);
});

test('a browser that tells nothing of its connection is taken for one in a house', () => {
  expect(connectionOf({} as Navigator)).toBeNull();
  expect(isMetered(null)).toBe(false);
  const wifi = connection({ type: 'wifi' });
  expect(connectionOf({ connection: wifi } as unknown as Navigator)).toBe(wifi);
});
