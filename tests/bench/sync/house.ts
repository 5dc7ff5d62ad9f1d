import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';

const addresses = v.object({ url: v.string(), naiveUrl: v.string(), adminUrl: v.string() });

export interface House extends v.InferOutput<typeof addresses> {
  stop(): Promise<void>;
}

/** Starts the servers and the database of the bench in a process of their own. @param target documents of the teacher's slice */
export async function openHouse(target: number): Promise<House> {
  // Of a group of its own: Ctrl-C reaches the bench alone, and the end of the bench ends this by the end of its input.
  const child = spawn('node', [new URL('./house-process.ts', import.meta.url).pathname, String(target)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit');
  const failure = exited.then(() => Promise.reject(new Error('The servers of the bench did not start; their message is above.')));
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failure])) as [string];
  failure.catch(() => undefined);
  return {
    ...v.parse(addresses, JSON.parse(line)),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
