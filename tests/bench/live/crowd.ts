import { request, type ClientRequest } from 'node:http';

/** What one device has heard, in the order of arrival. */
export interface Heard {
  /** Milliseconds of this process's clock. */
  readonly at: number;
  /** The event's data. */
  readonly data: string;
}

/** One device that listens and does nothing else. */
export class Listener {
  readonly heard: Heard[] = [];
  readonly #request: ClientRequest;

  private constructor(stream: ClientRequest) {
    this.#request = stream;
  }

  /** Resolves with the server's first word. */
  static open(url: string, headers: Readonly<Record<string, string>>): Promise<Listener> {
    return new Promise((resolve, reject) => {
      const stream = request(url, { headers, agent: false }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`A stream was answered by ${String(response.statusCode)}.`));
          return;
        }
        // A stream that ends hears nothing more: whoever counts what was heard has to know.
        response.once('close', () => {
          reject(new Error('A stream was closed before its first word.'));
        });
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const at = performance.now();
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.startsWith('data: ')) listener.heard.push({ at, data: line.slice(6) });
          resolve(listener);
        });
      });
      const listener = new Listener(stream);
      stream.on('error', reject);
      stream.end();
    });
  }

  close(): void {
    this.#request.on('error', () => undefined).destroy();
  }
}

/** Opens them some at a time: a school does not come back in the same second either (S19). */
export async function gather<Item>(items: readonly Item[], open: (item: Item) => Promise<Listener>): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (let from = 0; from < items.length; from += atATime) {
    listeners.push(...(await Promise.all(items.slice(from, from + atATime).map(open))));
  }
  return listeners;
}

const atATime = 25;
