import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // One static shell: the server never renders anybody's data.
    adapter: adapter({ fallback: 'app.html', strict: false }),
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['none'],
        'script-src': ['self'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self'],
        'media-src': ['self', 'blob:'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'form-action': ['none'],
        'base-uri': ['none'],
        'require-trusted-types-for': ['script'],
        'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'studystreaks-worker'],
      },
    },
    // Pictures for whoever is about to install: no device needs them offline.
    serviceWorker: { register: false, files: (path) => !path.startsWith('screenshots/') },
    files: { serviceWorker: 'src/service-worker/index.ts' },
    typescript: { config: (config) => ({ ...config, include: [] }) },
  },
};
