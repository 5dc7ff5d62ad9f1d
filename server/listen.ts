import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { Server } from 'node:http';
import type { Hono } from 'hono';
import type { AppEnvironment } from './http/environment.ts';
import { streamingEvents } from './http/event-stream.ts';
import { StartError } from './start-error.ts';

export interface Listening {
  readonly port: number;
  /** Takes no more requests, and lets those under way finish for `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Serves the app over HTTP.
 *
 * @param port 0: any free one
 * @throws StartError when the port cannot be had
 */
export async function listen(app: Hono<AppEnvironment>, port: number): Promise<Listening> {
  const answer = streamingEvents(app);
  const server = createAdaptorServer({
    // It speaks HTTP/1: a proxy before it may speak more.
    fetch: (request, bindings) => answer(request, bindings as HttpBindings),
    serverOptions: { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartError(portSentence(port, error.code)));
    });
    server.listen(port, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function portSentence(port: number, code: string | undefined): string {
  return code === 'EACCES'
    ? `This user may not serve on port ${String(port)}. Choose one above 1023: PORT=3000 npm start`
    : `Port ${String(port)} is in use. Stop what runs there, or choose another: PORT=${String(port + 1)} npm start`;
}
