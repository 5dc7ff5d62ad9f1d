import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { docsPolicy, withPolicy } from './headers.ts';

const page = `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>StudyStreaks: HTTP interface</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="description"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/page.js"></script>
  </body>
</html>
`;
const script = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#description', deepLinking: true, validatorUrl: null });\n`;

/** The page that shows the interface's description; everything on it comes from this server. */
export function docsRoutes(): Hono {
  const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const asset = (name: string) => readFileSync(join(directory, name), 'utf8');
  return new Hono()
    .use(withPolicy(docsPolicy))
    .get('/', (c) => c.html(page))
    .get('/page.js', (c) => c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
    .get('/swagger-ui-bundle.js', (c) => c.body(asset('swagger-ui-bundle.js'), 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
    .get('/swagger-ui.css', (c) => c.body(asset('swagger-ui.css'), 200, { 'Content-Type': 'text/css; charset=utf-8' }));
}
