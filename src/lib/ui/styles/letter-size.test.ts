import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('layouts change by the size of the reader’s letters: no query of width or height is in pixels', () => {
  const files = globSync('src/**/*.{svelte,css}');
  expect(files.length).toBeGreaterThan(100);
  const queries = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/@(?:media|container) [^{]*\{|matchMedia\([^)]*\)/g)].map(([query]) => `${file}: ${query}`),
  );
  expect(queries.length).toBeGreaterThan(100);
  expect(queries.filter((query) => /\dpx/.test(query))).toEqual([]);
});
