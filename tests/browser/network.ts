import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { must } from '#domain/must.ts';

/** One device's way to the server. Cut, its sockets are destroyed and new ones refused: what a device out of wifi meets. */
export interface Network {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP proxy on loopback to the server at `targetPort`. */
export async function openNetwork(targetPort: number): Promise<Network> {
  const sockets = new Set<Socket>();
  const proxy = createServer((incoming) => {
    const outgoing = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      // Either end may vanish at any moment: that is what this is for.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      proxy.once('error', reject);
      proxy.listen(port, '127.0.0.1', () => {
        proxy.removeListener('error', reject);
        resolve();
      });
    });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      proxy.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });

  await listen(0);
  const { port } = must(proxy.address(), 'a listening proxy has an address') as AddressInfo;
  return {
    url: `http://localhost:${String(port)}`,
    cut: stop,
    mend: () => listen(port),
    close: async () => {
      if (proxy.listening) await stop();
    },
  };
}
