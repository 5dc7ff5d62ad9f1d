import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { must } from '#domain/must.ts';

/** One device's way to the server. Cut, its sockets are destroyed and new ones refused: what a device out of wifi meets. */
export interface Network {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Connections made from now on lead to another server, and those that stand are closed. */
  lead(toPort: number): void;
  close(): Promise<void>;
}

/** A TCP proxy on loopback to the server at `serverPort`. */
export async function openNetwork(serverPort: number): Promise<Network> {
  let targetPort = serverPort;
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
    lead: (toPort) => {
      targetPort = toPort;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      if (proxy.listening) await stop();
    },
  };
}
