import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

/**
 * Asks before the long part of a start whether `port` can be had.
 *
 * @throws StartError when something else listens there
 */
export async function portIsFree(port: number): Promise<void> {
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
  if (!isFree) {
    throw new StartError(`Port ${String(port)} is in use. Stop what runs there, or choose another: PORT=${String(port + 1)} npm start`);
  }
}
