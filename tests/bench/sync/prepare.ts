import * as v from 'valibot';
import { randomFor } from '#db/seed/random.ts';
import { clubId } from '#domain/ids.ts';
import type { NewHomework } from '../../../src/lib/data/homework.ts';
import { demo, someHomework } from './dataset.ts';
import type { House } from './house.ts';
import { ourEnvironment } from './in-node.ts';
import { OurClient } from './our-client.ts';
import { requireCount, type Tables } from './tables.ts';

export const documentCount = 10_000;
export const writeCount = 1_000;

export const teacher = { school: demo.school, email: demo.email, password: demo.password };

/** Syncs one device, fills the baseline with what lies on it, and makes up what will be written. */
export async function prepare(house: House, tables: Tables): Promise<NewHomework[]> {
  const client = await OurClient.signIn(ourEnvironment(house.url), teacher);
  await client.firstSync();
  requireCount(await client.count(), documentCount, 'documents came to the first device');
  await tables.copyToNaive(client);
  const { database } = client.device;
  const students = (await database.find('people')).flatMap((person) => (person.kind === 'student' ? person.studentId : []));
  const clubs = (await database.find('school')).flatMap((document) => (document.kind === 'club' ? v.parse(clubId, document.id) : []));
  await client.device.dispose();
  const random = randomFor('bench', 'writes');
  return Array.from({ length: writeCount }, (_, number) => someHomework({ studentIds: students, clubIds: clubs }, random, number));
}
