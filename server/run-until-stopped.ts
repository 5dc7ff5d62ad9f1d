import process from 'node:process';
import { StartError } from './start-error.ts';

type Stop = () => Promise<void>;

/**
 * Runs `begin`, then waits for Ctrl-C (or SIGTERM, SIGHUP) and stops what it began, the last thing first. A second Ctrl-C
 * does not wait. A start that fails stops what it had begun and exits with 1.
 */
export async function runUntilStopped(begin: (onStop: (stop: Stop) => void) => Promise<void>): Promise<void> {
  const stops: Stop[] = [];
  let isStopping = false;

  const stopAll = async (exitCode: number): Promise<never> => {
    for (const stop of stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        console.error('Something did not stop cleanly:', error);
        exitCode = 1;
      }
    }
    process.exit(exitCode);
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      console.log('\nStopping …');
      void stopAll(0);
    });
  }

  try {
    await begin((stop) => stops.push(stop));
  } catch (error) {
    if (isStopping) return;
    console.error(error instanceof StartError ? `\n${error.message}` : error);
    await stopAll(1);
  }
}
