import type { Environment } from 'vitest/runtime';

/**
 * As much of a window as Svelte's reactivity asks for when it is loaded, where runes are tested with no browser.
 * What a test asks of it, it brings itself.
 */
export default {
  name: 'window',
  viteEnvironment: 'client',
  setup: (global) => {
    const window = Object.assign(new EventTarget(), { devicePixelRatio: 1, matchMedia: () => new EventTarget() });
    Object.assign(global, { window });
    return {
      teardown: () => {
        Reflect.deleteProperty(global, 'window');
      },
    };
  },
} satisfies Environment;
