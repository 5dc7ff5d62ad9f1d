import { afterEach, expect, it, vi } from 'vitest';
import { askAhead } from './ask-ahead.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('asks for every file once, in order, four at once, whatever could not be had', async () => {
  const asked: string[] = [];
  let underWay = 0;
  let most = 0;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve));
    underWay--;
    if (url === '/3') throw new TypeError('Failed to fetch');
    if (url === '/5') return new Response(new ReadableStream({ start: (body) => body.error(new TypeError('network error')) }));
    return new Response(url);
  });
  const urls = Array.from({ length: 11 }, (_, number) => `/${String(number)}`);
  await askAhead(urls);
  expect(asked).toEqual(urls);
  expect(most).toBe(4);
});
