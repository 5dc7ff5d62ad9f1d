import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { must } from '#domain/must.ts';

/**
 * A copy of the built app that is another version: its service worker has changed, and its shell says so in the
 * description of the page. @returns where it lies
 */
export async function copyBuild(directory: string, version: string): Promise<string> {
  await cp('build', directory, { recursive: true });
  const told = v.parse(v.object({ version: v.string() }), JSON.parse(await readFile(join(directory, '_app/version.json'), 'utf8')));
  await change(directory, 'service-worker.js', told.version, version);
  await change(directory, 'app.html', shellDescription, `content="${version}"`);
  return directory;
}

const shellDescription = 'content="Homework clubs for UK primary schools."';

async function change(directory: string, name: string, from: string, to: string): Promise<void> {
  const file = join(directory, name);
  const before = await readFile(file, 'utf8');
  must(before.includes(from) || null, `${name} of the build says ${from}`);
  await writeFile(file, before.replaceAll(from, to));
}
