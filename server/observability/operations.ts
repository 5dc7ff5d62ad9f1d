import { createServer } from 'node:http';
import { StartError } from '../start-error.ts';
import { collectProcessMetrics, type Metrics } from './metrics.ts';

/**
 * Serves `/metrics` in Prometheus' text form on a port of its own, which no school's network reaches.
 *
 * @throws StartError when the port is in use
 */
export async function serveMetrics(metrics: Metrics, port: number): Promise<{ port: number; stop(): Promise<void> }> {
  collectProcessMetrics(metrics);
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      reject(
        new StartError(`The metrics port ${String(port)} is in use. Set METRICS_PORT to another, or stop what uses it, and start again.`),
      );
    });
    server.listen(port, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
