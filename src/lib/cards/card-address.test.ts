import { describe, expect, it } from 'vitest';
import { addressToCard, cardToAddress, fragmentToCard } from './card-address.ts';

const secret = 'Zm9vYmFyYmF6cXV4MTIzNA';

describe('the address of a card', () => {
  it('holds what is on the card behind the #, where no server ever sees it', () => {
    const address = new URL(cardToAddress('https://homework.example', secret));
    expect(address.pathname).toBe('/sign-in/card');
    expect(address.pathname + address.search).not.toContain(secret);
    expect(fragmentToCard(address.hash)).toBe(secret);
  });

  it('is understood wherever the app is served', () => {
    for (const origin of ['https://homework.example', 'http://localhost:3000'])
      expect(addressToCard(cardToAddress(origin, secret))).toBe(secret);
  });

  it('is not taken from codes that are no card’s', () => {
    const others = ['', 'hello', 'https://example.org', `https://homework.example/sign-in#${secret}`, `WIFI:S:school;P:${secret};;`];
    for (const text of [...others, 'https://homework.example/sign-in/card', 'https://homework.example/sign-in/card#'])
      expect(addressToCard(text), text).toBeNull();
  });

  it('has nothing behind the # where the page was opened without a card', () => {
    for (const hash of ['', '#', '# ']) expect(fragmentToCard(hash)).toBeNull();
  });
});
