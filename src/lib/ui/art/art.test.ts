import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawings } from './art.ts';

const sprite = readFileSync(new URL('./sprite.svg', import.meta.url), 'utf8');

it('names every drawing of the sprite, with its size', () => {
  const symbols = [...sprite.matchAll(/<symbol id="([^"]+)" viewBox="0 0 (\d+) (\d+)"/g)];
  expect(Object.fromEntries(symbols.map(([, name, width, height]) => [name, [Number(width), Number(height)]]))).toEqual(drawings);
});

it('refers to nothing by id: a browser may look for it in the page instead of the sprite', () => {
  expect(sprite).not.toContain('url(#');
  expect(sprite).not.toContain('href=');
});
