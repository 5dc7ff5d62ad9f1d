import { describe, expect, test } from 'vitest';
import { createSignInLimits } from './limits.ts';

const allowances = {
  adult: { tries: 2, seconds: 60 },
  child: { tries: 2, seconds: 60 },
  classCode: { tries: 5, seconds: 60 },
  card: { tries: 2, seconds: 60 },
  invitation: { tries: 2, seconds: 60 },
  joiningAddress: { tries: 3, seconds: 60 },
  address: { tries: 50, seconds: 60 },
};

describe('tries to sign in', () => {
  test('are few for a person, and say how long to wait', async () => {
    const limits = createSignInLimits(allowances);
    const tried = { address: 'a', adult: 'oak-hill/x' };
    await limits.count(tried);
    await limits.count(tried);
    await expect(limits.count(tried)).rejects.toMatchObject({ code: 'too_many_attempts', details: { retryAfterSeconds: 60 } });
  });

  test('of one person leave everybody else at that address alone', async () => {
    const limits = createSignInLimits(allowances);
    await limits.count({ address: 'a', adult: 'x' });
    await limits.count({ address: 'a', adult: 'x' });
    await expect(limits.count({ address: 'a', adult: 'x' })).rejects.toThrow();
    await expect(limits.count({ address: 'a', adult: 'y' })).resolves.toBeUndefined();
  });

  test('are given back by success', async () => {
    const limits = createSignInLimits(allowances);
    const tried = { address: 'a', child: 'WILLOW4/maya', classCode: 'WILLOW4' };
    for (let time = 0; time < 10; time++) {
      await limits.count(tried);
      await limits.succeeded(tried);
    }
    await expect(limits.count(tried)).resolves.toBeUndefined();
  });

  test('are few for a card, and another card is another', async () => {
    const limits = createSignInLimits(allowances);
    for (let time = 0; time < 2; time++) await limits.count({ address: 'a', card: 'one' });
    await expect(limits.count({ address: 'b', card: 'one' })).rejects.toMatchObject({ code: 'too_many_attempts' });
    await expect(limits.count({ address: 'a', card: 'other' })).resolves.toBeUndefined();
  });

  test('that go through a class child by child end at the class code', async () => {
    const limits = createSignInLimits(allowances);
    for (let child = 0; child < 5; child++)
      await limits.count({ address: String(child), child: `WILLOW4/${String(child)}`, classCode: 'WILLOW4' });
    await expect(limits.count({ address: 'other', child: 'WILLOW4/last', classCode: 'WILLOW4' })).rejects.toMatchObject({
      code: 'too_many_attempts',
    });
  });

  test('are few for a letter’s code, and for all codes together from one address', async () => {
    const limits = createSignInLimits(allowances);
    const tried = { address: 'a', joiningAddress: 'a', invitation: 'x' };
    await limits.count(tried);
    await limits.succeeded(tried);
    for (const invitation of ['x', 'x', 'y']) await limits.count({ ...tried, invitation });
    await expect(limits.count({ ...tried, invitation: 'z' })).rejects.toMatchObject({ code: 'too_many_attempts' });
    await expect(limits.count({ ...tried, joiningAddress: 'b' })).rejects.toMatchObject({ code: 'too_many_attempts' });
    await limits.count({ ...tried, joiningAddress: 'b', invitation: 'z' });
  });
});
