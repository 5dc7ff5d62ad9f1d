import { describe, expect, test } from 'vitest';
import { isOwn } from './origin.ts';

const publicUrl = new URL('https://homework.example');

describe('a mutation is ours', () => {
  test.each([
    ['a page of the public address', 'same-origin', 'https://homework.example', 'inner:3000', publicUrl],
    ['a page of the host it was sent to', 'same-origin', 'http://localhost:3000', 'localhost:3000', null],
    ['a program that is no browser', undefined, undefined, 'localhost:3000', null],
    ['an older browser, without Sec-Fetch-Site', undefined, 'https://homework.example', 'inner:3000', publicUrl],
  ])('%s', (_who, site, origin, host, address) => {
    expect(isOwn(site, origin, host, address)).toBe(true);
  });
});

describe('a mutation is refused', () => {
  test.each([
    ['from another site', 'cross-site', 'https://elsewhere.example', 'homework.example', publicUrl],
    ['from a sister site', 'same-site', 'https://other.homework.example', 'homework.example', publicUrl],
    ['from another origin that hides the site', undefined, 'https://elsewhere.example', 'homework.example', publicUrl],
    ['from another port', undefined, 'http://localhost:4000', 'localhost:3000', null],
    ['over http where the address is https', undefined, 'http://homework.example', 'homework.example', publicUrl],
    ['from a sandboxed frame', undefined, 'null', 'localhost:3000', null],
    ['from the host alone where the public address is another', undefined, 'http://inner:3000', 'inner:3000', publicUrl],
  ])('%s', (_who, site, origin, host, address) => {
    expect(isOwn(site, origin, host, address)).toBe(false);
  });
});
