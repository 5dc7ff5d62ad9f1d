import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { createPasswords, passwordCost } from './passwords.ts';

const stored = await hash('streaks-demo', passwordCost);

describe('passwords', () => {
  test('the right one matches, another does not', async () => {
    const passwords = createPasswords({ atOnce: 1, waitingAtMost: 5 });
    expect(await passwords.verify(stored, 'streaks-demo')).toBe(true);
    expect(await passwords.verify(stored, 'streaks-dem0')).toBe(false);
  });

  test('where there is nobody nothing matches, not even what the stand-in was made from', async () => {
    const passwords = createPasswords({ atOnce: 1, waitingAtMost: 5 });
    expect(await passwords.verify(null, 'nobody has this password')).toBe(false);
  });

  test('a hash that cannot be read opens for nobody', async () => {
    expect(await createPasswords({ atOnce: 1, waitingAtMost: 5 }).verify('plain', 'plain')).toBe(false);
  });

  test('all who wait their turn are served', async () => {
    const passwords = createPasswords({ atOnce: 2, waitingAtMost: 10 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => passwords.verify(stored, 'streaks-demo')));
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => true));
  });

  test('a queue that is too long sends the next away, to come back', async () => {
    const passwords = createPasswords({ atOnce: 1, waitingAtMost: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => passwords.verify(stored, 'streaks-demo')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'unavailable' } });
  });

  test('stored hashes are argon2id with 19 MiB, two passes and one lane', () => {
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});
