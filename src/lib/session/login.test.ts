import { expect, it } from 'vitest';
import { credentialsOf, loginOf } from './login.ts';
import { secretOf } from './secrets.ts';
import type { Credentials } from './session-api.ts';

const ways: readonly Credentials[] = [
  { school: 'oak-hill', email: 'teacher@oak-hill.example', password: 'streaks-demo' },
  { classCode: 'WILLOW4', student: 'maya', pictures: [1, 5, 9] },
];

it('makes of what is kept and the secret what somebody signed in with', () => {
  for (const way of ways) {
    const login = loginOf(way);
    expect(login && credentialsOf(login, secretOf(way) ?? '')).toEqual(way);
  }
});

it('keeps neither a secret nor a card', () => {
  expect(ways.map((way) => JSON.stringify(loginOf(way)))).toEqual([
    '{"school":"oak-hill","email":"teacher@oak-hill.example"}',
    '{"classCode":"WILLOW4","student":"maya"}',
  ]);
  expect(loginOf({ card: 'a card' })).toBeNull();
});
