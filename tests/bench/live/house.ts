import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';

const opened = v.object({
  url: v.string(),
  adminUrl: v.string(),
  schoolId: v.string(),
  clubId: v.string(),
  families: v.array(v.object({ studentId: v.string(), tokens: v.tupleWithRest([v.string()], v.string()) })),
});

export interface LiveHouse extends v.InferOutput<typeof opened> {
  /** Bytes that the server's process has in use, after it has tidied up. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one server, its database and its families in a process of their own. */
export async function openHouse(which: 'ours' | 'naive', families: number, size: number): Promise<LiveHouse> {
  const child = spawn(
    'node',
    ['--expose-gc', new URL('./house-process.ts', import.meta.url).pathname, which, String(families), String(size)],
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const exited = once(child, 'exit');
  const failure = exited.then(() => Promise.reject(new Error('The server of the bench has ended; its message is above.')));
  failure.catch(() => undefined);
  const lines = createInterface(child.stdout);
  const nextLine = async (): Promise<unknown> => {
    const [line] = (await Promise.race([once(lines, 'line'), failure])) as [string];
    return JSON.parse(line);
  };
  return {
    ...v.parse(opened, await nextLine()),
    async memory() {
      child.stdin.write('memory\n');
      return v.parse(v.number(), await nextLine());
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
