import { expect, it } from 'vitest';

const sources = import.meta.glob<string>(['./**/*.svelte', '/src/routes/device/**/*.svelte', '/src/lib/ui/logging/*.svelte'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const paths = Object.keys(sources);

/** What a screen has at its top; each holds both the eye and the button that reads aloud. */
const tops = ['ChildTop', 'LogTop', 'DoneTop'];

function has(path: string, component: string): boolean {
  return new RegExp(`<${component}\\b`).test(sources[path] ?? '');
}
function hasTop(path: string): boolean {
  return tops.some((top) => has(path, top)) || (has(path, 'WhoSees') && has(path, 'SpeakButton'));
}
/** The components of a child's screens that this one shows, itself among them. */
function shownBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const one of paths) if (has(path, one.replace(/^.*\/(.*)\.svelte$/, '$1'))) shownBy(one, seen);
  return seen;
}

it('finds the screens of a child', () => {
  const pages = paths.filter((path) => path.includes('/(child)/') && path.endsWith('/+page.svelte'));
  expect(pages.length).toBeGreaterThanOrEqual(6);
});

it.each(tops)('has the eye, the voice and the way to help in %s', (top) => {
  const path = paths.find((one) => one.endsWith(`/${top}.svelte`)) ?? '';
  expect(['WhoSees', 'SpeakButton', 'HelpButton'].filter((component) => !has(path, component))).toEqual([]);
});

it('says on every page of a child who sees it, and reads it aloud', () => {
  const pages = paths.filter((path) => path.endsWith('/+page.svelte'));
  expect(pages.filter((page) => ![...shownBy(page)].some(hasTop))).toEqual([]);
});

it('says so on every step: whatever has a heading of its own is a screen', () => {
  const screens = paths.filter((path) => /<h1\b|level=\{1\}/.test(sources[path] ?? ''));
  expect(screens.length).toBeGreaterThanOrEqual(6);
  expect(screens.filter((path) => !hasTop(path))).toEqual([]);
});
