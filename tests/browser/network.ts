import { createServer, connect, type Socket } from 'node:net';

/** One device's way to the server. Cut, its sockets are destroyed and new ones refused: what a device out of wifi meets. */
export interface Network {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Bytes that the device has sent so far. */
  readonly sentBytes: number;
  /** Lets so many more bytes of the device through, then none of anybody's: the network hangs until `cut` or `lead`. Resolves when it does. */
  hangAfter(bytes: number): Promise<void>;
  /** Connections made from now on lead to another server, and those that stand are closed. */
  lead(toPort: number): void;
  close(): Promise<void>;
}

/** A TCP proxy on loopback to the server at `serverPort`. */
export async function openNetwork(serverPort: number): Promise<Network> {
  let targetPort = serverPort;
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  let hanging: { readonly from: number; readonly resolve: () => void } | null = null;
  /** The part of `bytes` that still comes through. */
  const admitted = (bytes: Buffer): Buffer => {
    if (hanging === null || sentBytes + bytes.length < hanging.from) return bytes;
    hanging.resolve();
    return bytes.subarray(0, Math.max(0, hanging.from - sentBytes));
  };
  const proxy = createServer((incoming) => {
    const outgoing = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      // Either end may vanish at any moment: that is what this is for.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    outgoing.pipe(incoming);
    incoming.on('data', (bytes: Buffer) => {
      const part = admitted(bytes);
      sentBytes += part.length;
      if (!outgoing.write(part)) {
        incoming.pause();
        outgoing.once('drain', () => incoming.resume());
      }
    });
    incoming.on('end', () => outgoing.end());
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
      hanging = null;
      proxy.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });

  const port = await listenSomewhere(listen);
  return {
    url: `http://localhost:${String(port)}`,
    get sentBytes() {
      return sentBytes;
    },
    hangAfter: (bytes) =>
      new Promise((resolve) => {
        hanging = { from: sentBytes + bytes, resolve };
      }),
    cut: stop,
    mend: () => listen(port),
    lead: (toPort) => {
      targetPort = toPort;
      hanging = null;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      if (proxy.listening) await stop();
    },
  };
}

/** Below the ports that systems lend to whoever connects: while a network is cut, its port must stay free to be listened on again. */
const ports = { from: 20_000, until: 30_000 };

async function listenSomewhere(listen: (port: number) => Promise<void>): Promise<number> {
  for (;;) {
    const port = ports.from + Math.floor(Math.random() * (ports.until - ports.from));
    try {
      await listen(port);
      return port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
