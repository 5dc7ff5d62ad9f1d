import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../http/problem.ts';

/** argon2id (the library's default) with 19 MiB, two passes, one lane: OWASP's least. */
export const passwordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface Passwords {
  /** Whether `secret` is the one that was hashed. With no hash it takes as long and is false. */
  verify(storedHash: string | null, secret: string): Promise<boolean>;
  /** The hash of a password that somebody chooses. */
  hash(secret: string): Promise<string>;
}

/**
 * Checks passwords a few at a time, so that a rush of sign-ins cannot take the machine's memory or starve its sync.
 *
 * @param atOnce hashes computed at the same time
 * @param waitingAtMost beyond that many waiting, the next is told to come back
 */
export function createPasswords({ atOnce, waitingAtMost }: { atOnce: number; waitingAtMost: number }): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  let nobodysHash: Promise<string> | undefined;

  async function enter(): Promise<void> {
    if (running >= atOnce) {
      if (waiting.length >= waitingAtMost) throw new Problem('unavailable', { retryAfterSeconds: 5 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running++;
    }
  }

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }

  return {
    async verify(storedHash, secret) {
      await enter();
      try {
        nobodysHash ??= hash('nobody has this password', passwordCost);
        const matches = await verify(storedHash ?? (await nobodysHash), secret);
        return matches && storedHash !== null;
      } catch {
        return false; // A stored hash that cannot be read opens for nobody.
      } finally {
        leave();
      }
    },
    async hash(secret) {
      await enter();
      try {
        return await hash(secret, passwordCost);
      } finally {
        leave();
      }
    },
  };
}
