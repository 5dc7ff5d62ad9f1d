import { expect, it } from 'vitest';

const components = Object.keys(import.meta.glob('/src/lib/ui/**/*.svelte')).map((path) => path.replace('/src/lib/ui/', ''));
const rooms = import.meta.glob<string>('./*.svelte', { query: '?raw', import: 'default', eager: true });

/** They show what a signed-in person’s device holds: the sweep of all screens sees them. */
const onTheirScreens = [
  /^(logging|flags|half-term|help|news|sync|evidence|people)\//,
  'adult/AdultFrame.svelte',
  'adult/PersonMenu.svelte',
  'adult/PinSheet.svelte',
  'sign-in/Gate.svelte',
  'sign-in/StepTop.svelte',
  'sign-in/ThreePictures.svelte',
  'sign-in/WhoAreYou.svelte',
];

it('shows every component that needs nobody’s data', () => {
  const shown = Object.values(rooms).join('\n');
  const isElsewhere = (component: string) =>
    onTheirScreens.some((one) => (typeof one === 'string' ? one === component : one.test(component)));
  expect(components.length).toBeGreaterThan(50);
  expect(components.filter((component) => !shown.includes(`$lib/ui/${component}'`) && !isElsewhere(component))).toEqual([]);
});
