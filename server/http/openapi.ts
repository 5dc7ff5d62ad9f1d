import type { GenerateSpecOptions } from 'hono-openapi';

/** What the description says beside the routes. */
export const openApiOptions: Partial<GenerateSpecOptions> = {
  excludeStaticFile: false,
  exclude: ['/api/openapi.json', /^\/api\/docs/],
  documentation: {
    openapi: '3.1.0',
    info: {
      title: 'StudyStreaks',
      version: '1',
      description:
        'JSON in camelCase. Errors are problem details (RFC 9457) with a stable `code`. The session is a cookie; mutations must come from the app’s own origin. ' +
        'What the caller may not see is answered like what does not exist.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'auth', description: 'Who is there.' },
      { name: 'sync', description: 'What a device holds and what it has written.' },
      { name: 'evidence', description: 'Photos and recordings.' },
      { name: 'school', description: 'What a school arranges for itself.' },
      { name: 'operations', description: 'How the server is.' },
    ],
  },
};
